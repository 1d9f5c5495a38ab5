package io.ashlar.control;

import io.ashlar.core.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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

  /** Nobody tells how one that was given up does: after so long beyond the grace it is tried. */
  private static final long UNFIT_NANOS = 60_000_000_000L;

  private final int antiQuorum;
  private final long graceNanos;

  /** Since when each log server is missing, by member. */
  private final long[] missingSince;

  /** Why, by member. */
  private final List<Set<Reason>> reasons = new ArrayList<>();

  /** Those that will never answer again though their processes do, by member. */
  private final BitSet gone = new BitSet();

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

  /**
   * Its process answers that it has it no more, or has it only to be read: it was started again, or
   * lost what it had. That one is behind, or was given up, says nothing of a new one there.
   */
  void gone(int member) {
    gone.set(member);
  }

  /** Whether it was told that this one is gone. */
  boolean isGone(int member) {
    return gone.get(member);
  }

  boolean isSilent(int member) {
    return reasons.get(member).contains(Reason.SILENT);
  }

  /** Why one is missing, the gravest reason of several; null when it is not. */
  Reason reason(int member) {
    Set<Reason> why = reasons.get(member);
    if (why.contains(Reason.SILENT)) {
      return Reason.SILENT;
    }
    return why.contains(Reason.GIVEN_UP)
        ? Reason.GIVEN_UP
        : why.contains(Reason.BEHIND) ? Reason.BEHIND : null;
  }

  /** For how long one that is missing has been so. */
  long missingNanos(int member, long nowNanos) {
    return nowNanos - missingSince[member];
  }

  /** How many are missing. */
  int missing() {
    int missing = 0;
    for (long since : missingSince) {
      missing += since == THERE ? 0 : 1;
    }
    return missing;
  }

  /** Those that have been missing for longer than the time of grace. */
  List<Integer> overdue(long nowNanos) {
    List<Integer> overdue = new ArrayList<>();
    for (int i = 0; i < missingSince.length; i++) {
      if (missingSince[i] != THERE && nowNanos - missingSince[i] > graceNanos) {
        overdue.add(i);
      }
    }
    return overdue;
  }

  /** Whether an epoch with this one in it again would as soon be without it. */
  boolean isUnfit(int member, long nowNanos) {
    if (gone.get(member)) {
      return false;
    }
    Set<Reason> why = reasons.get(member);
    boolean wasGivenUpLately =
        why.contains(Reason.GIVEN_UP)
            && nowNanos - missingSince[member] <= graceNanos + UNFIT_NANOS;
    return why.contains(Reason.BEHIND) || wasGivenUpLately;
  }
}
