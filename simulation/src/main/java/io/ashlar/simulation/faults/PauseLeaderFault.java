package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * The controller stops for about as long as its lease lasts, and goes on believing in it or not.
 * Every other time this comes when it is about to write the coordinated state.
 */
record PauseLeaderFault(long meanNanos) implements Fault {
  /** Of a lease. */
  private static final int PER_MILLE_MIN = 700;

  private static final int PER_MILLE_MAX = 2_000;
  private static final long LINGERS_NANOS = 3_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new PauseLeaderFault(FaultKinds.spreadMillis(random, 5_000, 30_000));
  }

  @Override
  public void happen(FaultScene scene) {
    if (scene.random().nextBoolean()) {
      scene.onceLeaderLocks(() -> pause(scene));
    } else {
      pause(scene);
    }
  }

  private static void pause(FaultScene scene) {
    SimProcess leader = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    if (leader == null || leader.isProtected()) {
      return;
    }
    int perMille = scene.random().nextInt(PER_MILLE_MIN, PER_MILLE_MAX + 1);
    long nanos = scene.cluster().leaseNanos() / 1_000 * perMille;
    scene.happened("process", leader.name(), "nanos", nanos);
    leader.pause(nanos);
  }

  @Override
  public long harmNanos() {
    return 2 * FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return LINGERS_NANOS;
  }
}
