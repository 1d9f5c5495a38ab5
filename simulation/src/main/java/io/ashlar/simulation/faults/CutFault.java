package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A connection is cut; each side notices on its own time. */
record CutFault(long meanNanos) implements Fault {
  static Fault draw(SeededRandom random) {
    return new CutFault(random.nextLong(1_000, 10_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess side = scene.any();
    if (side != null) {
      scene.world().network().cutOneOf(side, scene.random());
    }
  }
}
