package io.ashlar.control;

import io.ashlar.message.LogBacklog;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What the commit proxies of an epoch say of its log servers, again and again: which of these fall
 * behind the others, and which hold a proxy up. What was said once counts for nothing; it must have
 * been said for a while. Pure; time is given.
 */
final class LogLags {
  private static final long NEVER = Long.MAX_VALUE;

  /** What a proxy said that was not heard for so many times the patience counts no more. */
  private static final int SILENCES = 2;

  /** Of one proxy, by log server: since when it says so each time. */
  private static final class Said {
    final long[] behindSince;
    final long[] stuckSince;
    final long[] heldUpSince;
    final long[] ageNanos;

    /** When it had last been heard before something was acknowledged. */
    final long[] aheadNanos;

    long toldNanos;

    Said(int logs) {
      behindSince = new long[logs];
      stuckSince = new long[logs];
      heldUpSince = new long[logs];
      ageNanos = new long[logs];
      aheadNanos = new long[logs];
      Arrays.fill(aheadNanos, Long.MIN_VALUE);
      forget();
    }

    void forget() {
      Arrays.fill(behindSince, NEVER);
      Arrays.fill(stuckSince, NEVER);
      Arrays.fill(heldUpSince, NEVER);
    }
  }

  private final int logs;
  private final int antiQuorum;
  private final long behindNanos;
  private final long patienceNanos;

  /** By proxy. */
  private final TreeMap<Integer, Said> said = new TreeMap<>();

  /**
   * @param windowVersions of what a proxy pushes at most so much is not known to be committed
   * @param patienceNanos for how long it must be said; no push that is younger makes one far behind
   */
  LogLags(int logs, int antiQuorum, long windowVersions, long patienceNanos) {
    this.logs = logs;
    this.antiQuorum = antiQuorum;
    // A version is a microsecond. With a small window a push that takes its time is no reason yet.
    this.behindNanos = Math.max(windowVersions / 2 * 1_000, patienceNanos);
    this.patienceNanos = patienceNanos;
  }

  /** A proxy tells of all log servers, by member. */
  void told(int proxy, List<LogBacklog> backlogs, long nowNanos) {
    if (backlogs.size() != logs) {
      return; // It was asked by somebody else's address.
    }
    Said by = said.computeIfAbsent(proxy, first -> new Said(logs));
    if (!isHeard(by, nowNanos)) {
      // What is heard after a standstill of this process may be as old as that.
      by.forget();
    }
    long toldBeforeNanos = by.toldNanos;
    by.toldNanos = nowNanos;
    int slow = 0;
    for (LogBacklog backlog : backlogs) {
      slow += backlog.ageNanos() > behindNanos / 2 ? 1 : 0;
    }
    for (int i = 0; i < logs; i++) {
      LogBacklog backlog = backlogs.get(i);
      // When most are slow it is for a reason that others would have too.
      boolean isStuck = backlog.ageNanos() > behindNanos;
      boolean isBehind = isStuck && slow <= antiQuorum + 1 && slow < logs;
      if (by.ageNanos[i] > 0 && backlog.ageNanos() <= by.ageNanos[i]) {
        by.aheadNanos[i] = toldBeforeNanos;
      }
      by.ageNanos[i] = backlog.ageNanos();
      by.stuckSince[i] = isStuck ? Math.min(by.stuckSince[i], nowNanos) : NEVER;
      by.behindSince[i] = isBehind ? Math.min(by.behindSince[i], nowNanos) : NEVER;
      by.heldUpSince[i] = backlog.holdsUp() ? Math.min(by.heldUpSince[i], nowNanos) : NEVER;
    }
  }

  /** Whether a log server has been far behind the others for a while. */
  boolean isBehind(int member, long nowNanos) {
    return said.values().stream()
        .anyMatch(by -> isOld(by, by.behindSince[member], patienceNanos, nowNanos));
  }

  /**
   * Whether it has been as far behind for {@code nanos}, however many others are too: then it may
   * be a disk that hangs.
   */
  boolean isStuck(int member, long nanos, long nowNanos) {
    return said.values().stream().anyMatch(by -> isOld(by, by.stuckSince[member], nanos, nowNanos));
  }

  /** How old the oldest push is that is not acknowledged, as told last; 0 for none. */
  long ageNanos(int member) {
    return said.values().stream().mapToLong(by -> by.ageNanos[member]).max().orElse(0);
  }

  /** Whether a proxy has kept more than half of what it may for this one, for a while. */
  boolean holdsUp(int member, long nowNanos) {
    return said.values().stream()
        .anyMatch(by -> isOld(by, by.heldUpSince[member], patienceNanos, nowNanos));
  }

  /**
   * Whether it has surely acknowledged something since then: what waited longest does so no more.
   * Where little is written nothing may be seen of it.
   */
  boolean hasGoneAhead(int member, long sinceNanos) {
    return said.values().stream().anyMatch(by -> by.aheadNanos[member] >= sinceNanos);
  }

  private boolean isHeard(Said by, long nowNanos) {
    return nowNanos - by.toldNanos <= SILENCES * patienceNanos;
  }

  private boolean isOld(Said by, long since, long nanos, long nowNanos) {
    return since != NEVER && isHeard(by, nowNanos) && nowNanos - since >= nanos;
  }
}
