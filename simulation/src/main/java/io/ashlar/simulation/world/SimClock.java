package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;

/**
 * A computer's clocks: the monotonic one has its own origin and runs too fast or too slow, at times
 * more and at times less. The wall clock is also wrong by a drawn amount, and is set anew at times.
 */
final class SimClock implements Clock {
  private static final long MILLION = 1_000_000;

  private final SimWorld world;
  private final SeededRandom random;
  private final ClockConditions conditions;

  /** When the rate was last changed, and what the clock showed then. */
  private long sinceNanos;

  private long shownNanos;
  private long driftPerMillion;
  private long wallOffsetMillis;

  SimClock(SimWorld world, SeededRandom random, ClockConditions conditions) {
    this.world = world;
    this.random = random;
    this.conditions = conditions;
    shownNanos = random.nextLong(1L << 50);
    setRate();
    setWallClock();
  }

  /** From now on it runs faster or slower than before. */
  void setRate() {
    shownNanos = nowNanos();
    sinceNanos = world.nowNanos();
    long most = conditions.driftPerMillionMax();
    driftPerMillion = most == 0 ? 0 : random.nextLong(-most, most + 1);
    if (driftPerMillion != 0) {
      world.count(WorldConditions.CLOCK_RATE);
    }
  }

  /** Someone or something sets the wall clock: it jumps either way. */
  void setWallClock() {
    long off = conditions.wallOffsetMillisMax();
    wallOffsetMillis = off == 0 ? 0 : random.nextLong(-off, off + 1);
    if (wallOffsetMillis != 0) {
      world.count(WorldConditions.CLOCK_OFFSET);
    }
  }

  @Override
  public long nowNanos() {
    return shownNanos + scaled(world.nowNanos() - sinceNanos);
  }

  private long scaled(long nanos) {
    // In two parts, so that years of nanoseconds times the drift do not overflow.
    return nanos + nanos / MILLION * driftPerMillion + nanos % MILLION * driftPerMillion / MILLION;
  }

  @Override
  public long wallMillis() {
    return ClockConditions.EPOCH_MILLIS + world.nowNanos() / MILLION + wallOffsetMillis;
  }

  /**
   * The true time in which this clock advances by {@code delayNanos}, or very little more, unless
   * its rate changes meanwhile.
   */
  long trueNanos(long delayNanos) {
    if (driftPerMillion == 0) {
      return delayNanos;
    }
    long rate = MILLION + driftPerMillion;
    return delayNanos / rate * MILLION + delayNanos % rate * MILLION / rate + 2;
  }
}
