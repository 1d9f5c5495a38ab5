package io.ashlar.control;

import io.ashlar.core.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How an epoch goes on without some of its log servers. As many as the anti-quorum may be missing,
 * for a time of grace; one more, or the end of that time, is the end of the epoch. Pure; time is
 * given.
 */
final class LogTolerance {
  /** Why one counts as missing. */
  enum Reason {
    /** It does not answer, or takes nothing any more. */
    SILENT,
    /** It answers, and is far behind the others. */
    BEHIND,
    /** A proxy can keep nothing more for it: the epoch goes on without it for good. */
    GIVEN_UP
  }

  private static final long THERE = Long.MAX_VALUE;

  private final int antiQuorum;
  private final long graceNanos;

  /** Since when each log server is missing, by member. */
  private final long[] missingSince;

  /** Why, by member. */
  private final List<Set<Reason>> reasons = new ArrayList<>();

  LogTolerance(int logs, int antiQuorum, long graceNanos) {
    this.antiQuorum = antiQuorum;
    this.graceNanos = graceNanos;
    missingSince = new long[logs];
    Arrays.fill(missingSince, THERE);
    for (int i = 0; i < logs; i++) {
      reasons.add(EnumSet.noneOf(Reason.class));
    }
  }

  /**
   * A log server is missing.
   *
   * @return whether the epoch can go on without those that are missing now
   */
  boolean miss(int member, Reason reason, long nowNanos) {
    reasons.get(member).add(reason);
    missingSince[member] = Math.min(missingSince[member], nowNanos);
    return missing() <= antiQuorum;
  }

  /** Whether the epoch could go on if this one were missing too. */
  boolean mayMiss(int member) {
    return missing() + (missingSince[member] == THERE ? 1 : 0) <= antiQuorum;
  }

  /** It is not missing for that reason; true when it was, and is missing for no other. */
  boolean isBack(int member, Reason reason) {
    Check.that(reason != Reason.GIVEN_UP, "who was given up is back: ", member);
    boolean wasMissing = reasons.get(member).remove(reason);
    if (!wasMissing || !reasons.get(member).isEmpty()) {
      return false;
    }
    missingSince[member] = THERE;
    return true;
  }

  /** How many are missing. */
  int missing() {
    int missing = 0;
    for (long since : missingSince) {
      missing += since == THERE ? 0 : 1;
    }
    return missing;
  }

  /** The first log server that has been missing for longer than the time of grace, or -1. */
  int overdue(long nowNanos) {
    for (int i = 0; i < missingSince.length; i++) {
      if (missingSince[i] != THERE && nowNanos - missingSince[i] > graceNanos) {
        return i;
      }
    }
    return -1;
  }
}
