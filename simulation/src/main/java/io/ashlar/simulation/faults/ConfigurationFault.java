package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * The operator asks for another pipeline and another log, and every other time the controller dies
 * soon after.
 */
record ConfigurationFault(long meanNanos, long awayNanosMax) implements Fault {
  private static final long SOON_NANOS = 2_000_000_000L;

  static Fault draw(SeededRandom random) {
    return new ConfigurationFault(
        FaultKinds.spreadMillis(random, 5_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    scene.happened("to", scene.cluster().changeConfiguration(scene.random()));
    killControllerSoon(scene, awayNanosMax);
  }

  /** Every other time. */
  static void killControllerSoon(FaultScene scene, long awayNanosMax) {
    if (scene.random().nextBoolean()) {
      long awayNanos = scene.upTo(awayNanosMax);
      scene.later(
          scene.upTo(SOON_NANOS),
          () -> {
            SimProcess controller = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
            if (controller != null) {
              scene.kill(controller, false, awayNanos);
            }
          });
    }
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
