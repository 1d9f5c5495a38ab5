package io.ashlar.server.check;

import org.HdrHistogram.Histogram;

/**
 * The times between two acknowledgements that followed each other, whichever clients got them. Used
 * by one thread.
 */
final class Gaps {
  /** A gap as long as this is an outage; a shorter one is the way of things. */
  static final long OUTAGE_NANOS = 250_000_000L;

  private static final int DIGITS = 3;

  private final long beginNanos;
  private final Histogram all = new Histogram(DIGITS);
  private long outageNanos;
  private long longestNanos;
  private long longestSinceMarkNanos;
  private long lastNanos;

  /**
   * @param nowNanos the clients begin
   */
  Gaps(long nowNanos) {
    beginNanos = nowNanos;
    lastNanos = nowNanos;
  }

  /** Something was acknowledged. */
  void acknowledged(long nowNanos) {
    all.recordValue(nowNanos - lastNanos);
    end(nowNanos);
  }

  /** What comes later does not count, except in {@link #acknowledged} from this moment on. */
  void end(long nowNanos) {
    long gap = nowNanos - lastNanos;
    lastNanos = nowNanos;
    longestNanos = Math.max(longestNanos, gap);
    longestSinceMarkNanos = Math.max(longestSinceMarkNanos, gap);
    if (gap >= OUTAGE_NANOS) {
      outageNanos += gap;
    }
  }

  /** From here on {@link #longestSinceMarkNanos} counts, the gap under way included as a whole. */
  void mark() {
    longestSinceMarkNanos = 0;
  }

  long longestSinceMarkNanos(long nowNanos) {
    return Math.max(longestSinceMarkNanos, nowNanos - lastNanos);
  }

  /** The longest of those that have ended. */
  long longestNanos() {
    return longestNanos;
  }

  /** The longest of all, the one under way included. */
  long longestNanos(long nowNanos) {
    return Math.max(longestNanos, nowNanos - lastNanos);
  }

  /** How long nothing was acknowledged up to now. */
  long underWayNanos(long nowNanos) {
    return nowNanos - lastNanos;
  }

  /** Half of the gaps were no longer than this; 0 without acknowledgements. */
  long medianNanos() {
    return all.getTotalCount() == 0 ? 0 : all.getValueAtPercentile(50);
  }

  /** The share of the time up to {@link #end} that was not within outages, 0 to 1. */
  double availability() {
    long whole = lastNanos - beginNanos;
    return whole == 0 ? 0 : 1 - (double) outageNanos / whole;
  }
}
