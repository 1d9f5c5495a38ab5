package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** All processes die at once. */
record OutageFault(long meanNanos) implements Fault {
  static Fault draw(SeededRandom random) {
    return new OutageFault(random.nextLong(15_000, 60_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    scene.world().count("outages");
    boolean powerLost = scene.drawPower();
    for (SimProcess process : scene.world().processes()) {
      scene.world().kill(process, powerLost);
    }
  }
}
