package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * The controller and a worker with a role of the pipeline hear nothing of each other: it is taken
 * for dead, and lives. Some clients are on its side, and go on to use it.
 */
record IsolateFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new IsolateFault(
        FaultKinds.spreadMillis(random, 3_000, 20_000),
        FaultKinds.spreadMillis(random, 1_000, 8_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> controllers = scene.withRole(FaultKinds.CONTROLLER);
    String role = FaultKinds.oneOf(FaultKinds.PIPELINE, scene.random());
    List<SimProcess> able = scene.withRole(role);
    able.removeAll(controllers);
    if (able.isEmpty() || controllers.isEmpty()) {
      return;
    }
    List<SimProcess> isolated = new ArrayList<>();
    isolated.add(scene.oneOf(able));
    isolated.addAll(scene.someOf(scene.clients()));
    long nanos = scene.upTo(nanosMax);
    scene.happened("role", role, "isolated", isolated, "nanos", nanos);
    scene.separate(isolated, controllers, nanos);
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4 + FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
