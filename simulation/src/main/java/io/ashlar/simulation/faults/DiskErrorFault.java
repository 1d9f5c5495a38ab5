package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.DiskTrouble;
import io.ashlar.simulation.world.SimProcess;
import java.util.function.Function;

/** The next operation of a kind on one machine's disk fails, and its worker stops of it. */
record DiskErrorFault(long meanNanos, DiskTrouble.Operation operation) implements Fault {
  static Function<SeededRandom, Fault> of(DiskTrouble.Operation operation) {
    return random -> new DiskErrorFault(FaultKinds.spreadMillis(random, 5_000, 40_000), operation);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.workers());
    if (worker != null) {
      scene.happened("machine", worker.machine().name(), "operation", operation);
      worker.machine().disk().trouble().failNext(operation);
    }
  }

  @Override
  public long harmNanos() {
    return FaultKinds.RECOVERY_NANOS;
  }
}
