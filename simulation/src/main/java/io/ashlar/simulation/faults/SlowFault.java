package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimNetwork;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** A link, or all links of a process, are slow for long: every message takes that much longer. */
record SlowFault(long meanNanos, long byNanosMax, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new SlowFault(
        FaultKinds.spreadMillis(random, 3_000, 30_000),
        FaultKinds.spread(random, FaultKinds.MILLIS / 10, 100 * FaultKinds.MILLIS),
        FaultKinds.spreadMillis(random, 1_000, 30_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess slow = scene.any();
    if (slow == null) {
      return;
    }
    List<SimProcess> others = scene.all();
    others.remove(slow);
    boolean isOneLink = scene.random().nextBoolean() && !others.isEmpty();
    if (isOneLink) {
      others = List.of(scene.oneOf(others));
    }
    long byNanos = scene.upTo(byNanosMax);
    long nanos = scene.upTo(nanosMax);
    scene.happened("process", slow.name(), "to", others, "byNanos", byNanos, "nanos", nanos);
    SimNetwork network = scene.world().network();
    for (SimProcess other : others) {
      network.slow(slow.name(), other.name(), byNanos, nanos);
      if (!isOneLink) {
        network.slow(other.name(), slow.name(), byNanos, nanos);
      }
    }
  }

  @Override
  public long harmNanos() {
    return Math.min(nanosMax, 10 * byNanosMax) / 2;
  }

  @Override
  public long lingersNanos() {
    return 2 * byNanosMax;
  }
}
