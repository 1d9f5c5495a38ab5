package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** Some processes and the others hear nothing of each other for a while. */
record PartitionFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new PartitionFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 300, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> here = scene.someOf(scene.all());
    List<SimProcess> there = scene.all();
    there.removeAll(here);
    long nanos = scene.upTo(nanosMax);
    scene.happened("here", here, "there", there, "nanos", nanos);
    scene.separate(here, there, nanos);
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
