package io.ashlar.client;

import io.ashlar.core.SeededRandom;

/** Delays between tries that double from a minimum to a maximum, less a random part. */
final class Backoff {
  private final long minNanos;
  private final long maxNanos;
  private long nextNanos;

  Backoff(long minNanos, long maxNanos) {
    this.minNanos = minNanos;
    this.maxNanos = Math.max(minNanos, maxNanos);
    this.nextNanos = minNanos;
  }

  /** The next delay: between half of the present step and all of it. */
  long nextDelayNanos(SeededRandom random) {
    long step = nextNanos;
    nextNanos = Math.min(maxNanos, 2 * step);
    return step - random.nextLong(step / 2 + 1);
  }

  /** Something went well: begins again at the minimum. */
  void reset() {
    nextNanos = minNanos;
  }
}
