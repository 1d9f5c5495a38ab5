package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * As soon as a recovery has come to a drawn phase, something of the pipeline dies, so that it
 * begins again; several times in a row.
 */
record RecoveryStormFault(long meanNanos, int deathsMax) implements Fault {
  private static final long WITHIN_NANOS_MAX = 20 * FaultKinds.MILLIS;
  private static final long SOON_NANOS_MAX = 100 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new RecoveryStormFault(
        FaultKinds.spreadMillis(random, 8_000, 40_000), random.nextInt(1, 6));
  }

  @Override
  public void happen(FaultScene scene) {
    int deaths = 1 + scene.random().nextInt(deathsMax);
    // Something must begin the first of them.
    kill(scene, deaths + 1);
  }

  private static void await(FaultScene scene, int deaths) {
    String phase = FaultKinds.oneOf(FaultKinds.RECOVERY_PHASES, scene.random());
    scene.onceReached(
        phase,
        () -> scene.later(scene.random().nextLong(WITHIN_NANOS_MAX), () -> kill(scene, deaths)));
  }

  private static void kill(FaultScene scene, int deaths) {
    String role = FaultKinds.oneOf(FaultKinds.PIPELINE, scene.random());
    SimProcess victim = scene.oneOf(scene.withRole(role));
    if (victim != null) {
      boolean powerLost = scene.drawPower();
      scene.happened("process", victim.name(), "role", role, "powerLost", powerLost);
      if (scene.random().nextBoolean()) {
        // It is there again before anybody misses it.
        scene.kill(victim, powerLost, scene.upTo(SOON_NANOS_MAX));
      } else {
        scene.world().kill(victim, powerLost);
      }
    }
    if (deaths > 1) {
      await(scene, deaths - 1);
    }
  }

  @Override
  public long harmNanos() {
    return 4 * FaultKinds.RECOVERY_NANOS;
  }
}
