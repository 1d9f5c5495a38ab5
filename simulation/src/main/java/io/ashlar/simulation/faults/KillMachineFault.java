package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** All processes of a computer die at once, and come back each on its own time. */
record KillMachineFault(long meanNanos) implements Fault {
  static Fault draw(SeededRandom random) {
    return new KillMachineFault(FaultKinds.spreadMillis(random, 5_000, 40_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess one = scene.oneOf(scene.workers());
    if (one == null) {
      return;
    }
    String computer = one.machine().place().computer();
    List<SimProcess> victims =
        scene.those(process -> process.machine().place().computer().equals(computer));
    boolean powerLost = scene.drawPower();
    scene.happened("computer", computer, "processes", victims, "powerLost", powerLost);
    for (SimProcess victim : victims) {
      scene.world().kill(victim, powerLost);
    }
  }

  @Override
  public long harmNanos() {
    return 2 * FaultKinds.RECOVERY_NANOS;
  }
}
