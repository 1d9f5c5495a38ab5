package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;

/**
 * A process dies, worker or client: at once, or in the middle of one of its next events. One that
 * loses the power as well does so at times while its disk has something to write.
 */
record KillFault(long meanNanos) implements Fault {
  /** How many more events a process that is about to be killed may run. */
  private static final int EVENTS_BEFORE_DEATH_MAX = 300;

  /** How many it may run while it does not write what is waited for. */
  private static final int EVENTS_BEFORE_WRITING_MAX = 5_000;

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
      return;
    }
    long events = 1 + scene.random().nextInt(EVENTS_BEFORE_DEATH_MAX);
    SimDisk disk = victim.machine().disk();
    switch (powerLost ? scene.random().nextInt(3) : 0) {
      case 1 -> victim.killOnce(disk::isWriting, EVENTS_BEFORE_WRITING_MAX, true);
      case 2 -> victim.killOnce(disk::isWritingBeyondReserved, EVENTS_BEFORE_WRITING_MAX, true);
      default -> victim.killAfterEvents(events, powerLost);
    }
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
