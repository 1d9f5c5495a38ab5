package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * The controller is stopped and comes back to give the database another pipeline and another log.
 */
record ConfigurationFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new ConfigurationFault(
        FaultKinds.spreadMillis(random, 5_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess controller = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    if (controller != null) {
      scene.happened("to", scene.cluster().changeConfiguration(scene.random()));
      scene.kill(controller, false, scene.upTo(awayNanosMax));
    }
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
