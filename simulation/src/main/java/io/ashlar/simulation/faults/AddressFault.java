package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * A worker is stopped and comes back at another address; what is sent to the one before is lost.
 */
record AddressFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new AddressFault(
        FaultKinds.spreadMillis(random, 4_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.workers());
    if (worker != null && scene.cluster().move(worker.name())) {
      scene.happened("process", worker.name());
      scene.kill(worker, scene.drawPower(), scene.upTo(awayNanosMax));
    }
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
