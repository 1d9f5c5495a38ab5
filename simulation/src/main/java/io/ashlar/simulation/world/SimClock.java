package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;

/**
 * A machine's clocks: each has its own origin, and each runs a little too fast or too slow. The
 * wall clock is also wrong by a drawn amount, and is set anew at times.
 */
final class SimClock implements Clock {
  private static final long MILLION = 1_000_000;

  private final SimWorld world;
  private final long originNanos;
  private final long driftPerMillion;
  private long wallOffsetMillis;

  SimClock(SimWorld world, SeededRandom random, ClockConditions conditions) {
    this.world = world;
    originNanos = random.nextLong(1L << 50);
    driftPerMillion =
        conditions.driftPerMillionMax() == 0
            ? 0
            : random.nextLong(
                -conditions.driftPerMillionMax(), conditions.driftPerMillionMax() + 1);
    setWallClock(random, conditions);
  }

  /** Someone or something sets the wall clock: it jumps either way. */
  void setWallClock(SeededRandom random, ClockConditions conditions) {
    long off = conditions.wallOffsetMillisMax();
    wallOffsetMillis = off == 0 ? 0 : random.nextLong(-off, off + 1);
  }

  @Override
  public long nowNanos() {
    return originNanos + scaled(world.nowNanos());
  }

  private long scaled(long nanos) {
    // In two parts, so that years of nanoseconds times the drift do not overflow.
    return nanos + nanos / MILLION * driftPerMillion + nanos % MILLION * driftPerMillion / MILLION;
  }

  @Override
  public long wallMillis() {
    return ClockConditions.EPOCH_MILLIS + world.nowNanos() / MILLION + wallOffsetMillis;
  }

  /** The true time after which this clock has certainly advanced by {@code delayNanos}. */
  long trueNanos(long delayNanos) {
    if (driftPerMillion >= 0) {
      return delayNanos;
    }
    return delayNanos + delayNanos / (MILLION + driftPerMillion) * -driftPerMillion + 2_000;
  }
}
