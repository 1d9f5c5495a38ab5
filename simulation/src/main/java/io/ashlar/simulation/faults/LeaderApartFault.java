package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * The controller and a majority of the coordinators hear nothing of each other for a while, or one
 * side nothing of the other: it loses the lead, and those who take its heartbeats may not know.
 * Every other time this comes when it is about to write the coordinated state.
 */
record LeaderApartFault(long meanNanos, long nanosMax) implements Fault {
  /** What the leader is cut off from. */
  private enum Way {
    HEARS_NOTHING,
    IS_NOT_HEARD,
    BOTH,
    ONE_AFTER_THE_OTHER
  }

  private static final long LEASE_NANOS = 1_500 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new LeaderApartFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 500, 8_000));
  }

  @Override
  public void happen(FaultScene scene) {
    if (scene.random().nextBoolean()) {
      scene.onceLeaderLocks(() -> keepApart(scene));
    } else {
      keepApart(scene);
    }
  }

  private void keepApart(FaultScene scene) {
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
    Way way = Way.values()[scene.random().nextInt(Way.values().length)];
    long nanos = scene.upTo(nanosMax);
    scene.happened(
        "leader", leader.name(), "coordinators", apart, "way", way.name(), "nanos", nanos);
    hold(scene, way, List.of(leader), apart, nanos);
  }

  private static void hold(
      FaultScene scene, Way way, List<SimProcess> leader, List<SimProcess> apart, long nanos) {
    switch (way) {
      case HEARS_NOTHING -> scene.hold(apart, leader, nanos);
      case IS_NOT_HEARD -> scene.hold(leader, apart, nanos);
      case BOTH -> scene.separate(leader, apart, nanos);
      case ONE_AFTER_THE_OTHER -> {
        // Answers come late, and what was asked since then does not arrive.
        long lease = scene.cluster().leaseNanos();
        scene.hold(apart, leader, lease / 2 + scene.random().nextLong(lease / 2));
        scene.later(
            scene.random().nextLong(lease / 2), () -> scene.hold(leader, apart, lease + nanos));
      }
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4 + 2 * FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return LEASE_NANOS + nanosMax;
  }
}
