package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A process dies, worker or client: at once, or in the middle of one of its next events. */
record KillFault(long meanNanos) implements Fault {
  /** How many more events a process that is about to be killed may run. */
  private static final int EVENTS_BEFORE_DEATH_MAX = 300;

  private static final long HARM_NANOS = 1_500 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new KillFault(FaultKinds.spreadMillis(random, 2_000, 20_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess victim = scene.oneOf(scene.harmable());
    if (victim == null) {
      return;
    }
    boolean powerLost = scene.drawPower();
    boolean atOnce = scene.random().nextBoolean();
    scene.happened("process", victim.name(), "powerLost", powerLost, "atOnce", atOnce);
    if (atOnce) {
      scene.world().kill(victim, powerLost);
    } else {
      victim.killAfterEvents(1 + scene.random().nextInt(EVENTS_BEFORE_DEATH_MAX), powerLost);
    }
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
