package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Two groups of workers hear nothing of each other for a while, but for one worker that both hear.
 */
record BridgeFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new BridgeFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        FaultKinds.spreadMillis(random, 300, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> rest = scene.workers();
    if (rest.size() < 3) {
      return;
    }
    SimProcess bridge = rest.remove(scene.random().nextInt(rest.size()));
    List<SimProcess> here = scene.someOf(rest);
    List<SimProcess> there = new ArrayList<>(rest);
    there.removeAll(here);
    long nanos = scene.upTo(nanosMax);
    scene.happened("bridge", bridge.name(), "here", here, "there", there, "nanos", nanos);
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
