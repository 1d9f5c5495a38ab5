package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/** Some processes and the others hear nothing of each other for a while; at times one way only. */
record PartitionFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new PartitionFault(
        random.nextLong(5_000, 20_000) * FaultKinds.MILLIS,
        random.nextLong(500, 6_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SeededRandom random = scene.random();
    List<SimProcess> here = new ArrayList<>();
    List<SimProcess> there = new ArrayList<>();
    for (SimProcess process : scene.world().processes()) {
      (random.nextBoolean() ? here : there).add(process);
    }
    long nanos = 1 + random.nextLong(nanosMax);
    boolean oneWay = random.chance(200_000);
    scene.world().count("partitions");
    scene.world().traceWorld("Partition", "here", here, "there", there, "nanos", nanos);
    for (SimProcess from : here) {
      for (SimProcess to : there) {
        scene.world().network().hold(from.name(), to.name(), nanos);
        if (!oneWay) {
          scene.world().network().hold(to.name(), from.name(), nanos);
        }
      }
    }
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
