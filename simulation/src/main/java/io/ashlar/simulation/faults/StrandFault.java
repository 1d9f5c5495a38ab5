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
    return new StrandFault(FaultKinds.spreadMillis(random, 4_000, 20_000));
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
    boolean powerLost = scene.drawPower();
    scene.happened("process", victim.name(), "unheardBy", others, "powerLost", powerLost);
    scene.hold(List.of(victim), others, NANOS_MAX);
    scene.later(random.nextLong(NANOS_MAX), () -> scene.world().kill(victim, powerLost));
  }

  @Override
  public long harmNanos() {
    return FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return NANOS_MAX;
  }
}
