package io.ashlar.core;

/**
 * Delays between tries, in nanoseconds, that double from a minimum to a maximum, less a random
 * part: those who were told of one failure do not all try again at the same time.
 */
public final class Backoff {
  private final long minNanos;
  private final long maxNanos;
  private long nextNanos;

  /**
   * @param minNanos the first delay at most; positive
   * @param maxNanos and the last; the minimum where it is less
   */
  public Backoff(long minNanos, long maxNanos) {
    this.minNanos = minNanos;
    this.maxNanos = Math.max(minNanos, maxNanos);
    this.nextNanos = minNanos;
  }

  /** The next delay: between half of the present step and all of it. */
  public long nextDelayNanos(SeededRandom random) {
    long step = nextNanos;
    nextNanos = Math.min(maxNanos, 2 * step);
    return step - random.nextLong(step / 2 + 1);
  }

  /** Something went well: begins again at the minimum. */
  public void reset() {
    nextNanos = minNanos;
  }
}
