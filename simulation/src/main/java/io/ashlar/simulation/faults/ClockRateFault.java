package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A computer's monotonic clock runs faster or slower from now on, if clocks may at all. */
record ClockRateFault(long meanNanos) implements Fault {
  static Fault draw(SeededRandom random) {
    return new ClockRateFault(FaultKinds.spreadMillis(random, 500, 10_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.any();
    if (process != null) {
      scene.happened("process", process.name());
      process.machine().setClockRate();
    }
  }
}
