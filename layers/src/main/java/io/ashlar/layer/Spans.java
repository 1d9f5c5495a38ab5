package io.ashlar.layer;

import java.time.Duration;

/** Lengths of time that callers give, for sums that do not overflow. */
public final class Spans {
  /** Longer than anybody waits: 100 years. */
  private static final Duration MAX = Duration.ofDays(36_525);

  private Spans() {}

  /**
   * How long something lasts, in milliseconds: 1 to those of 100 years, for more too.
   *
   * @param what it is that lasts, for people
   * @throws IllegalArgumentException for less than a millisecond
   */
  public static long millis(Duration time, String what) {
    long millis = atMost(time).toMillis();
    if (millis < 1) {
      throw new IllegalArgumentException(what + " lasts at least a millisecond, not " + time);
    }
    return millis;
  }

  /** How long somebody waits, in nanoseconds: at most 100 years. */
  public static long nanos(Duration patience) {
    return atMost(patience).toNanos();
  }

  private static Duration atMost(Duration time) {
    return time.compareTo(MAX) > 0 ? MAX : time;
  }
}
