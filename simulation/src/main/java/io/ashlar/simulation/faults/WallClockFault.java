package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A machine's wall clock is set anew: it jumps either way. */
record WallClockFault(long meanNanos) implements Fault {
  static Fault draw(SeededRandom random) {
    return new WallClockFault(random.nextLong(1_000, 10_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.any();
    if (process != null) {
      scene.world().count("wall clocks set");
      process.machine().setWallClock();
    }
  }
}
