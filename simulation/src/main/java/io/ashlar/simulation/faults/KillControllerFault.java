package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * The controller dies at a drawn moment: in a phase of a recovery, when it has just locked the
 * registers, or was just elected. A connection of it is cut to begin a recovery; for one to be
 * elected the one before dies.
 */
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
    String moment = FaultKinds.oneOf(FaultKinds.CONTROLLER_MOMENTS, scene.random());
    scene.onceReached(
        moment,
        () -> scene.later(scene.random().nextLong(WITHIN_NANOS_MAX), () -> kill(scene, moment)));
    if (moment.equals(FaultKinds.ELECTED)) {
      kill(scene, "before");
    } else {
      scene.world().network().cutOneOf(controller, scene.random());
    }
  }

  private static void kill(FaultScene scene, String moment) {
    SimProcess controller = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    if (controller != null) {
      boolean powerLost = scene.drawPower();
      scene.happened("process", controller.name(), "moment", moment, "powerLost", powerLost);
      scene.world().kill(controller, powerLost);
    }
  }

  @Override
  public long harmNanos() {
    return 2 * FaultKinds.RECOVERY_NANOS;
  }
}
