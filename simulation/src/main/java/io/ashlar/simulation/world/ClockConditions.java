package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/**
 * How wrong clocks are.
 *
 * @param driftPerMillionMax a monotonic clock gains or loses at most this many parts in a million
 * @param wallOffsetMillisMax a wall clock is wrong by at most this
 */
public record ClockConditions(long driftPerMillionMax, long wallOffsetMillisMax) {
  /** What the wall clocks show at the beginning, when they are right. */
  static final long EPOCH_MILLIS = 1_700_000_000_000L;

  static ClockConditions calm() {
    return new ClockConditions(0, 0);
  }

  static ClockConditions draw(SeededRandom random) {
    // A crystal is wrong by some dozens in a million; a virtual machine's clock by much more.
    long drift = 1L << random.nextInt(18);
    long offset = 1L << random.nextInt(32);
    return new ClockConditions(random.nextBoolean() ? 0 : drift, offset);
  }

  ClockConditions with(boolean rate, boolean offset) {
    return new ClockConditions(rate ? driftPerMillionMax : 0, offset ? wallOffsetMillisMax : 0);
  }
}
