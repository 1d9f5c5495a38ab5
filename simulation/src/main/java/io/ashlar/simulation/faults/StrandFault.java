package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * A worker can send to one other only, then dies: what it had begun is known in part of the
 * cluster.
 */
record StrandFault(long meanNanos) implements Fault {
  private static final long NANOS_MAX = 500 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new StrandFault(random.nextLong(5_000, 20_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SeededRandom random = scene.random();
    List<SimProcess> others = scene.workers();
    if (others.size() < 2) {
      return;
    }
    SimProcess victim = others.remove(random.nextInt(others.size()));
    others.remove(random.nextInt(others.size()));
    scene.world().count("strandings");
    for (SimProcess other : others) {
      scene.world().network().hold(victim.name(), other.name(), NANOS_MAX);
    }
    boolean powerLost = scene.drawPower();
    scene.later(random.nextLong(NANOS_MAX), () -> scene.world().kill(victim, powerLost));
  }

  @Override
  public long lingersNanos() {
    return NANOS_MAX;
  }
}
