package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A process stops for a while, as a long collection of garbage or SIGSTOP would have it. */
record PauseFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new PauseFault(
        random.nextLong(2_000, 20_000) * FaultKinds.MILLIS,
        random.nextLong(10, 3_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.any();
    if (process != null) {
      scene.world().count("pauses");
      process.pause(1 + scene.random().nextLong(nanosMax));
    }
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
