package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * The controller and a majority of the coordinators hear nothing of each other for a while, or one
 * side nothing of the other: it loses the lead, and those who take its heartbeats may not know.
 */
record LeaderApartFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new LeaderApartFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 500, 8_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess leader = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    List<SimProcess> apart = scene.withRole(FaultKinds.COORDINATOR);
    // So many of those that live that the others are no majority.
    int least = (apart.size() + 1) / 2;
    apart.remove(leader);
    if (leader == null || apart.size() < least) {
      return;
    }
    for (int left = scene.random().nextInt(apart.size() - least + 1); left > 0; left--) {
      apart.remove(scene.random().nextInt(apart.size()));
    }
    int way = scene.random().nextInt(3);
    long nanos = scene.upTo(nanosMax);
    scene.happened(
        "leader", leader.name(), "coordinators", apart, "hears", way > 0, "nanos", nanos);
    List<SimProcess> alone = List.of(leader);
    if (way == 0) {
      scene.hold(apart, alone, nanos);
    } else if (way == 1) {
      scene.hold(alone, apart, nanos);
    } else {
      scene.separate(alone, apart, nanos);
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4 + 2 * FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
