package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.DiskTrouble;
import io.ashlar.simulation.world.SimProcess;
import java.util.function.Function;

/** An operation of a kind on one machine's disk fails soon, and its worker stops of it. */
record DiskErrorFault(long meanNanos, DiskTrouble.Operation operation) implements Fault {
  /** Of a storage engine's reads, so that one may fail in the midst of a range. */
  private static final int READS_BEFORE_MAX = 3;

  static Function<SeededRandom, Fault> of(DiskTrouble.Operation operation) {
    return random -> new DiskErrorFault(FaultKinds.spreadMillis(random, 5_000, 40_000), operation);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.workers());
    if (worker != null) {
      scene.happened("machine", worker.machine().name(), "operation", operation);
      int before =
          operation == DiskTrouble.Operation.ENGINE_READ
              ? scene.random().nextInt(READS_BEFORE_MAX + 1)
              : 0;
      worker.machine().disk().trouble().failAfter(operation, before);
    }
  }

  @Override
  public long harmNanos() {
    return FaultKinds.RECOVERY_NANOS;
  }
}
