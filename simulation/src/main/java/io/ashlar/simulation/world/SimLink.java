package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/** The way from one process to another, as it is at the moment: held up, slow, or shut. */
final class SimLink {
  private long heldUntilNanos;
  private long slowUntilNanos;
  private long slowNanos;
  private long shutUntilNanos;

  /** Nothing that is sent from now on leaves before {@code untilNanos}. */
  void hold(long untilNanos) {
    heldUntilNanos = Math.max(heldUntilNanos, untilNanos);
  }

  /** Every message takes about {@code nanos} longer until {@code untilNanos}. */
  void slow(long nanos, long untilNanos) {
    slowNanos = nanos;
    slowUntilNanos = untilNanos;
  }

  /** No connection comes about until {@code untilNanos}; those that stand go on. */
  void shut(long untilNanos) {
    shutUntilNanos = Math.max(shutUntilNanos, untilNanos);
  }

  boolean isShut(long nowNanos) {
    return shutUntilNanos > nowNanos;
  }

  /** When what is sent now leaves. */
  long departure(long nowNanos) {
    return Math.max(nowNanos, heldUntilNanos);
  }

  /** How much longer than usual a message takes. */
  long delay(long nowNanos, SeededRandom random) {
    return slowUntilNanos <= nowNanos ? 0 : slowNanos / 2 + random.nextLong(slowNanos + 1);
  }

  void heal() {
    heldUntilNanos = 0;
    slowUntilNanos = 0;
    shutUntilNanos = 0;
  }
}
