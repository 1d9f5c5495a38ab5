package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** What all others send to a process is held for a moment, and then comes all at once. */
record BurstFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new BurstFault(
        FaultKinds.spreadMillis(random, 200, 5_000), FaultKinds.spreadMillis(random, 5, 500));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess to = scene.any();
    if (to == null) {
      return;
    }
    long nanos = scene.upTo(nanosMax);
    scene.happened("to", to.name(), "nanos", nanos);
    scene.hold(scene.all(), List.of(to), nanos);
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
