package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A process dies, worker or client: at once, or in the middle of one of its next events. */
record KillFault(long meanNanos) implements Fault {
  /** How many more events a process that is about to be killed may run. */
  private static final int EVENTS_BEFORE_DEATH_MAX = 300;

  static Fault draw(SeededRandom random) {
    return new KillFault(random.nextLong(2_000, 20_000) * FaultKinds.MILLIS);
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess victim = scene.any();
    if (victim == null) {
      return;
    }
    boolean powerLost = scene.drawPower();
    scene.world().count(powerLost ? "power losses" : "kills");
    if (scene.random().nextBoolean()) {
      scene.world().kill(victim, powerLost);
    } else {
      victim.killAfterEvents(1 + scene.random().nextInt(EVENTS_BEFORE_DEATH_MAX), powerLost);
    }
  }
}
