package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * A computer's wall clock is set anew: it jumps either way. At times it is wrong when a process
 * boots, too.
 */
record WallClockFault(long meanNanos, int perMillionBoots) implements Fault {
  static Fault draw(SeededRandom random) {
    return new WallClockFault(
        FaultKinds.spreadMillis(random, 500, 10_000), random.nextInt(1_000_001));
  }

  @Override
  public void begin(FaultScene scene) {
    scene.eachBoot(
        process -> {
          if (scene.random().chance(perMillionBoots)) {
            set(scene, process);
          }
        });
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.any();
    if (process != null) {
      set(scene, process);
    }
  }

  private static void set(FaultScene scene, SimProcess process) {
    scene.happened("process", process.name());
    process.machine().setWallClock();
  }
}
