package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** A link holds everything up for a while, in one direction or in both. */
record ClogFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new ClogFault(
        FaultKinds.spreadMillis(random, 500, 20_000), FaultKinds.spreadMillis(random, 10, 3_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess from = scene.any();
    SimProcess to = scene.any();
    if (from == null || from == to) {
      return;
    }
    long nanos = scene.upTo(nanosMax);
    boolean both = scene.random().nextBoolean();
    scene.happened("from", from.name(), "to", to.name(), "both", both, "nanos", nanos);
    scene.hold(List.of(from), List.of(to), nanos);
    if (both) {
      scene.hold(List.of(to), List.of(from), nanos);
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
