package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A worker is stopped and comes back with other options, as when somebody has changed them. */
record OptionsFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new OptionsFault(
        FaultKinds.spreadMillis(random, 4_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.workers());
    if (worker != null) {
      scene.happened("process", worker.name());
      scene.cluster().changeOptions(worker.name(), scene.random());
      scene.kill(worker, false, scene.upTo(awayNanosMax));
    }
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
