package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * A connection is lost, and one side alone learns of it: whatever the other sends is answered by
 * nothing, not even by a reset, for long.
 */
record HalfOpenFault(long meanNanos, long nanosMax) implements Fault {
  private static final long HARM_NANOS = 1_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new HalfOpenFault(
        FaultKinds.spreadMillis(random, 2_000, 20_000),
        FaultKinds.spreadMillis(random, 1_000, 60_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess knowing = scene.any();
    if (knowing == null) {
      return;
    }
    long nanos = scene.upTo(nanosMax);
    SimProcess other = scene.world().network().halfOpenOneOf(knowing, scene.random(), nanos);
    if (other != null) {
      scene.happened("knows", knowing.name(), "doesNot", other.name(), "nanos", nanos);
    }
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
