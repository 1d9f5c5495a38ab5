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
    long drift = random.nextBoolean() ? 0 : random.nextLong(2_000);
    long offset = random.nextBoolean() ? random.nextLong(200) : random.nextLong(86_400_000);
    return new ClockConditions(drift, offset);
  }

  ClockConditions with(boolean rate, boolean offset) {
    return new ClockConditions(rate ? driftPerMillionMax : 0, offset ? wallOffsetMillisMax : 0);
  }
}
