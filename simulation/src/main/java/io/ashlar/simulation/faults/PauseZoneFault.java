package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** All workers of a zone stop for a while, and go on one by one or together. */
record PauseZoneFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new PauseZoneFault(
        FaultKinds.spreadMillis(random, 8_000, 40_000),
        FaultKinds.spreadMillis(random, 200, 5_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess one = scene.oneOf(scene.workers());
    if (one == null) {
      return;
    }
    String zone = one.machine().place().zone();
    List<SimProcess> paused = scene.those(process -> process.machine().place().zone().equals(zone));
    boolean together = scene.random().nextBoolean();
    long nanos = scene.upTo(nanosMax);
    scene.happened("zone", zone, "processes", paused, "nanos", nanos);
    for (SimProcess process : paused) {
      process.pause(together ? nanos : scene.upTo(nanosMax));
    }
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
