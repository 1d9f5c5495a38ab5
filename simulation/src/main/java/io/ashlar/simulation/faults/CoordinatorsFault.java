package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * The operator asks for other coordinators, and every other time the controller dies soon after. At
 * times one of them is cut off from the controller, for longer or shorter than that waits for all
 * of them.
 */
record CoordinatorsFault(long meanNanos, long awayNanosMax) implements Fault {
  private static final int CUT_OFF_PER_MILLION = 300_000;
  private static final long CUT_OFF_NANOS_MAX = 15_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new CoordinatorsFault(
        FaultKinds.spreadMillis(random, 5_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<String> next = scene.cluster().moveCoordinators(scene.random());
    SeededRandom own = scene.random().fork("cut off");
    if (own.chance(CUT_OFF_PER_MILLION)) {
      String one = FaultKinds.oneOf(next, own);
      long nanos = 1 + own.nextLong(CUT_OFF_NANOS_MAX);
      List<SimProcess> alone = scene.those(process -> process.name().equals(one));
      scene.happened("to", String.join(", ", next), "cut-off", one, "nanos", nanos);
      scene.separate(scene.withRole(FaultKinds.CONTROLLER), alone, nanos);
    } else {
      scene.happened("to", String.join(", ", next));
      ConfigurationFault.killControllerSoon(scene, awayNanosMax);
    }
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return CUT_OFF_NANOS_MAX;
  }
}
