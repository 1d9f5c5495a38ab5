package io.ashlar.simulation.faults;

import io.ashlar.control.Worker;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.Endpoints;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * A worker closes in peace and its process ends: an update of the program, or of its machine; at
 * any time, or while a recovery is on its way that counts on it.
 */
record CloseFault(long meanNanos) implements Fault {
  /** Storage servers store what is left, a step at a time. */
  private static final long LINGERS_NANOS = 5_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new CloseFault(random.nextLong(2_000, 20_000) * FaultKinds.MILLIS);
  }

  /** After which the worker may be asked to take roles. */
  private static final List<String> BEFORE_RECRUITING =
      List.of(
          "recovery.phase-LOCKING_STATE",
          "recovery.phase-LOCKING_LOGS",
          "recovery.phase-READING_METADATA");

  private static final long WITHIN_NANOS_MAX = 5 * FaultKinds.MILLIS;

  @Override
  public void happen(FaultScene scene) {
    SimProcess controller = scene.oneOf(scene.withRole(FaultKinds.CONTROLLER));
    if (controller == null || scene.random().nextBoolean()) {
      close(scene);
      return;
    }
    scene.onceReached(
        FaultKinds.oneOf(BEFORE_RECRUITING, scene.random()),
        () -> scene.later(scene.random().nextLong(WITHIN_NANOS_MAX), () -> close(scene)));
    scene.world().network().cutOneOf(controller, scene.random());
  }

  private static void close(FaultScene scene) {
    SimProcess process = scene.oneOf(scene.workers());
    if (process == null
        || !(process.role(Endpoints.WORKER) instanceof Worker worker)
        || worker.isClosing()) {
      return;
    }
    scene.happened("process", process.name());
    process.execute(
        () -> {
          if (!worker.isClosing()) {
            worker.close(() -> scene.world().kill(process, false));
          }
        });
  }

  @Override
  public long lingersNanos() {
    return LINGERS_NANOS;
  }
}
