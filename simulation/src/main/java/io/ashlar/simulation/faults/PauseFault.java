package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A process stops for a while, as a long collection of garbage or SIGSTOP would have it. */
record PauseFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new PauseFault(
        FaultKinds.spreadMillis(random, 1_000, 20_000), FaultKinds.spreadMillis(random, 10, 3_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.oneOf(scene.harmable());
    if (process != null) {
      long nanos = scene.upTo(nanosMax);
      scene.happened("process", process.name(), "nanos", nanos);
      process.pause(nanos);
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 2;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
