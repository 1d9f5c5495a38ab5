package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/** Fewer than half of the workers are alone among themselves for a while. */
record MinorityFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new MinorityFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 300, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> rest = scene.workers();
    int count = (rest.size() - 1) / 2;
    if (count == 0) {
      return;
    }
    List<SimProcess> minority = new ArrayList<>();
    for (int left = 1 + scene.random().nextInt(count); left > 0; left--) {
      minority.add(rest.remove(scene.random().nextInt(rest.size())));
    }
    List<SimProcess> others = scene.all();
    others.removeAll(minority);
    long nanos = scene.upTo(nanosMax);
    scene.happened("minority", minority, "nanos", nanos);
    scene.separate(minority, others, nanos);
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
