package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import java.util.Locale;

/**
 * A process dies, worker or client: at once, or in the middle of one of its next events. One that
 * loses the power as well does so at times while its disk has something to write.
 */
record KillFault(long meanNanos) implements Fault {
  /** How many more events a process that is about to be killed may run. */
  private static final int EVENTS_BEFORE_DEATH_MAX = 300;

  /** How many it may run while it does not write what is waited for. */
  private static final int EVENTS_BEFORE_WRITING_MAX = 5_000;

  /** When it dies. */
  private enum Moment {
    AT_ONCE,
    IN_AN_EVENT,
    WHILE_IT_WRITES,
    WHILE_IT_WRITES_WHERE_NOTHING_IS_RESERVED
  }

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
    Moment moment = moment(scene, victim, powerLost);
    scene.happened(
        "process",
        victim.name(),
        "powerLost",
        powerLost,
        "moment",
        moment.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    SimDisk disk = victim.machine().disk();
    switch (moment) {
      case AT_ONCE -> scene.world().kill(victim, powerLost);
      case IN_AN_EVENT ->
          victim.killAfterEvents(1 + scene.random().nextInt(EVENTS_BEFORE_DEATH_MAX), powerLost);
      case WHILE_IT_WRITES -> victim.killOnce(disk::isWriting, EVENTS_BEFORE_WRITING_MAX, true);
      case WHILE_IT_WRITES_WHERE_NOTHING_IS_RESERVED ->
          victim.killOnce(disk::isWritingBeyondReserved, EVENTS_BEFORE_WRITING_MAX, true);
    }
  }

  /** Only a worker has something to write, and only a failure of the power takes it. */
  private static Moment moment(FaultScene scene, SimProcess victim, boolean powerLost) {
    if (scene.random().nextBoolean()) {
      return Moment.AT_ONCE;
    }
    if (!powerLost || !scene.workers().contains(victim)) {
      return Moment.IN_AN_EVENT;
    }
    int moments = victim.machine().disk().mayWriteBeyondReserved() ? 3 : 2;
    return switch (scene.random().nextInt(moments)) {
      case 0 -> Moment.IN_AN_EVENT;
      case 1 -> Moment.WHILE_IT_WRITES;
      default -> Moment.WHILE_IT_WRITES_WHERE_NOTHING_IS_RESERVED;
    };
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
