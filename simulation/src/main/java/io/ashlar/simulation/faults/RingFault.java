package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/** The workers stand in a ring for a while, and each hears its two neighbours alone. */
record RingFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new RingFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 300, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> ring = shuffled(scene.workers(), scene.random());
    int size = ring.size();
    if (size < 4) {
      return;
    }
    long nanos = scene.upTo(nanosMax);
    scene.happened("ring", ring, "nanos", nanos);
    for (int i = 0; i < size; i++) {
      for (int j = i + 2; j < size; j++) {
        if (i != 0 || j != size - 1) {
          scene.separate(List.of(ring.get(i)), List.of(ring.get(j)), nanos);
        }
      }
    }
  }

  private static List<SimProcess> shuffled(List<SimProcess> some, SeededRandom random) {
    List<SimProcess> order = new ArrayList<>();
    while (!some.isEmpty()) {
      order.add(some.remove(random.nextInt(some.size())));
    }
    return order;
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
