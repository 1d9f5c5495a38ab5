package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;

/**
 * The operator asks for other coordinators, and every other time the controller dies soon after.
 */
record CoordinatorsFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new CoordinatorsFault(
        FaultKinds.spreadMillis(random, 5_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    scene.happened("to", scene.cluster().moveCoordinators(scene.random()));
    ConfigurationFault.killControllerSoon(scene, awayNanosMax);
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
