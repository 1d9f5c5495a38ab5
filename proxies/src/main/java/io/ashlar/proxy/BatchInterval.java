package io.ashlar.proxy;

/**
 * How long a batch waits for more transactions while others are in flight: an eighth of the recent
 * latency of a commit, so that waiting adds little to it, up to a bound. Pure.
 */
final class BatchInterval {
  private static final int FRACTION_SHIFT = 3;
  private static final int SMOOTHING_SHIFT = 3;

  private final long maxNanos;
  private long latencyNanos;

  BatchInterval(long maxNanos) {
    this.maxNanos = maxNanos;
  }

  /** A batch took this long from its closing to its answer. */
  void observe(long nanos) {
    latencyNanos += (nanos - latencyNanos) >> SMOOTHING_SHIFT;
  }

  /** The smoothed latency of a batch. */
  long latencyNanos() {
    return latencyNanos;
  }

  long nanos() {
    return Math.min(maxNanos, Math.max(0, latencyNanos) >> FRACTION_SHIFT);
  }
}
