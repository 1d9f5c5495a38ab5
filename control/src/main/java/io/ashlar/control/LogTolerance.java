package io.ashlar.control;

import java.util.Arrays;

/**
 * How an epoch goes on without some of its log servers. As many as the anti-quorum may be missing,
 * for a time of grace; one more, or the end of that time, is the end of the epoch. Pure; time is
 * given.
 */
final class LogTolerance {
  private static final long THERE = Long.MAX_VALUE;

  private final int antiQuorum;
  private final long graceNanos;

  /** Since when each log server is missing, by member. */
  private final long[] missingSince;

  LogTolerance(int logs, int antiQuorum, long graceNanos) {
    this.antiQuorum = antiQuorum;
    this.graceNanos = graceNanos;
    missingSince = new long[logs];
    Arrays.fill(missingSince, THERE);
  }

  /**
   * A log server does not answer.
   *
   * @return whether the epoch can go on without those that are missing now
   */
  boolean miss(int member, long nowNanos) {
    missingSince[member] = Math.min(missingSince[member], nowNanos);
    return missing() <= antiQuorum;
  }

  /** It answers; true when it was missing before. */
  boolean isBack(int member) {
    boolean wasMissing = missingSince[member] != THERE;
    missingSince[member] = THERE;
    return wasMissing;
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
