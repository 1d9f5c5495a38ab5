package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimNetwork;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** A process takes no new connections for a while, or one other process cannot connect to it. */
record RefuseFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new RefuseFault(
        FaultKinds.spreadMillis(random, 2_000, 20_000),
        FaultKinds.spreadMillis(random, 100, 4_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess refusing = scene.any();
    if (refusing == null) {
      return;
    }
    List<SimProcess> others = scene.all();
    others.remove(refusing);
    if (scene.random().nextBoolean() && !others.isEmpty()) {
      others = List.of(scene.oneOf(others));
    }
    long nanos = scene.upTo(nanosMax);
    scene.happened("process", refusing.name(), "refused", others, "nanos", nanos);
    SimNetwork network = scene.world().network();
    for (SimProcess other : others) {
      network.shut(other.name(), refusing.name(), nanos);
      // Those that stand go on, so that nothing would be refused; some are needed anew.
      if (scene.random().nextBoolean()) {
        network.cutBetween(other, refusing);
      }
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4 + FaultKinds.RECOVERY_NANOS / 2;
  }
}
