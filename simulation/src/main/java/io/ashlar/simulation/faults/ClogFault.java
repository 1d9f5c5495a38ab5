package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A link holds everything up for a while, in one direction or in both. */
record ClogFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new ClogFault(
        random.nextLong(1_000, 20_000) * FaultKinds.MILLIS,
        random.nextLong(10, 3_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess from = scene.any();
    SimProcess to = scene.any();
    if (from == null || from == to) {
      return;
    }
    long nanos = 1 + scene.random().nextLong(nanosMax);
    scene.world().count("clogged links");
    scene.world().network().hold(from.name(), to.name(), nanos);
    if (scene.random().nextBoolean()) {
      scene.world().network().hold(to.name(), from.name(), nanos);
    }
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
