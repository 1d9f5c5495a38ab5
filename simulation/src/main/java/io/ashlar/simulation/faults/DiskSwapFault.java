package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * The disks of two workers are exchanged while both are down, as when somebody has plugged them in
 * the wrong way round: each finds the other's identity, and all that belongs to it.
 */
record DiskSwapFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new DiskSwapFault(
        FaultKinds.spreadMillis(random, 5_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> workers =
        scene.those(
            process ->
                scene.workers().contains(process)
                    && !process.roleNames().contains(FaultKinds.COORDINATOR));
    SimProcess one = scene.oneOf(workers);
    workers.remove(one);
    SimProcess other = scene.oneOf(workers);
    if (other == null) {
      return;
    }
    boolean powerLost = scene.drawPower();
    // They may be on one computer: then the first takes the other along.
    scene.setAway(other.name(), scene.upTo(awayNanosMax));
    scene.kill(one, powerLost, scene.upTo(awayNanosMax));
    scene.world().kill(other, powerLost);
    if (one.isAlive() || other.isAlive()) {
      return;
    }
    scene.happened("one", one.name(), "other", other.name());
    one.machine().exchange(other.machine());
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + 2 * FaultKinds.RECOVERY_NANOS;
  }
}
