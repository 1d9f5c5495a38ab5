package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** The controller dies in a drawn phase of a recovery; a connection of it is cut to begin one. */
record KillControllerFault(long meanNanos) implements Fault {
  private static final long WITHIN_NANOS_MAX = 20 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new KillControllerFault(FaultKinds.spreadMillis(random, 6_000, 40_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess controller = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    if (controller == null) {
      return;
    }
    scene.onceReached(
        FaultKinds.oneOf(FaultKinds.RECOVERY_PHASES, scene.random()),
        () -> scene.later(scene.random().nextLong(WITHIN_NANOS_MAX), () -> kill(scene)));
    scene.world().network().cutOneOf(controller, scene.random());
  }

  private static void kill(FaultScene scene) {
    SimProcess controller = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    if (controller != null) {
      boolean powerLost = scene.drawPower();
      scene.happened("process", controller.name(), "powerLost", powerLost);
      scene.world().kill(controller, powerLost);
    }
  }

  @Override
  public long harmNanos() {
    return 2 * FaultKinds.RECOVERY_NANOS;
  }
}
