package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * A worker stops until others have taken it for dead, and then goes on with all that came for it
 * meanwhile.
 */
record LongPauseFault(long meanNanos, long nanosMax) implements Fault {
  private static final long NANOS_MIN = 1_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new LongPauseFault(
        FaultKinds.spreadMillis(random, 8_000, 40_000),
        FaultKinds.spreadMillis(random, 2_000, 10_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.oneOf(scene.workers());
    if (process != null) {
      long nanos = NANOS_MIN + scene.random().nextLong(nanosMax - NANOS_MIN);
      scene.happened("process", process.name(), "nanos", nanos);
      process.pause(nanos);
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
