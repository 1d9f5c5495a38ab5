package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.DiskTrouble;
import io.ashlar.simulation.world.SimProcess;

/**
 * One machine's disk is full for a while: the worker stops at the first write that needs room, and
 * again each time it comes back before there is some.
 */
record FullDiskFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new FullDiskFault(
        FaultKinds.spreadMillis(random, 10_000, 40_000),
        FaultKinds.spreadMillis(random, 100, 5_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.workers());
    if (worker == null) {
      return;
    }
    DiskTrouble trouble = worker.machine().disk().trouble();
    if (trouble.isFull()) {
      return;
    }
    scene.happened("machine", worker.machine().name());
    trouble.setFull(true);
    scene.later(scene.upTo(nanosMax), () -> trouble.setFull(false));
  }

  @Override
  public long harmNanos() {
    return FaultKinds.RECOVERY_NANOS + nanosMax / 2;
  }
}
