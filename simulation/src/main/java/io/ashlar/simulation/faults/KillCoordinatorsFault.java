package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * A majority of the coordinators die and come back, one after the other or at once, within the time
 * for which they have promised to nominate nobody else. The controller lives, if it may.
 */
record KillCoordinatorsFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new KillCoordinatorsFault(
        FaultKinds.spreadMillis(random, 6_000, 40_000), FaultKinds.spreadMillis(random, 1, 500));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> left = scene.withRole(FaultKinds.COORDINATOR);
    int count = left.size() / 2 + 1;
    List<SimProcess> spared = new ArrayList<>(left);
    spared.retainAll(scene.withRole(FaultKinds.CONTROLLER));
    if (left.size() - spared.size() >= count) {
      left.removeAll(spared);
    }
    if (left.isEmpty()) {
      return;
    }
    List<SimProcess> victims = new ArrayList<>();
    while (victims.size() < count) {
      victims.add(left.remove(scene.random().nextInt(left.size())));
    }
    // Coordinators hold for half as long again as a lease lasts.
    long within =
        scene.random().nextBoolean() ? 1 : scene.upTo(scene.cluster().leaseNanos() * 3 / 2);
    scene.happened("coordinators", victims, "within", within);
    for (SimProcess victim : victims) {
      scene.later(scene.random().nextLong(within), () -> kill(scene, victim));
    }
  }

  private void kill(FaultScene scene, SimProcess victim) {
    if (victim.isAlive()) {
      scene.kill(victim, scene.drawPower(), scene.upTo(awayNanosMax));
    }
  }

  @Override
  public long harmNanos() {
    return 3 * FaultKinds.RECOVERY_NANOS;
  }
}
