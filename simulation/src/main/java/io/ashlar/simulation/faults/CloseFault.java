package io.ashlar.simulation.faults;

import io.ashlar.control.Worker;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.Endpoints;
import io.ashlar.simulation.world.SimProcess;

/** A worker closes in peace and its process ends: an update of the program, or of its machine. */
record CloseFault(long meanNanos) implements Fault {
  /** Storage servers store what is left, a step at a time. */
  private static final long LINGERS_NANOS = 5_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new CloseFault(random.nextLong(2_000, 20_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
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
