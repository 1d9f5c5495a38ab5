package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;

/**
 * The operator excludes a worker or lets back all that are, and every other time the controller
 * dies soon after.
 */
record ExcludeFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new ExcludeFault(
        FaultKinds.spreadMillis(random, 1_500, 10_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    String whom = scene.cluster().exclude(scene.random());
    if (whom != null) {
      scene.happened("whom", whom);
      ConfigurationFault.killControllerSoon(scene, awayNanosMax);
    }
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
