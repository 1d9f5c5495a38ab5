package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** Some processes hear nothing of the others for a while, which hear all of them. */
record OneWayPartitionFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new OneWayPartitionFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 300, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> deaf = scene.someOf(scene.all());
    List<SimProcess> heard = scene.all();
    heard.removeAll(deaf);
    long nanos = scene.upTo(nanosMax);
    scene.happened("from", heard, "to", deaf, "nanos", nanos);
    scene.hold(heard, deaf, nanos);
  }

  @Override
  public long harmNanos() {
    return nanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
