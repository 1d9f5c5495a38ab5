package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** All processes of a zone die: at once, or one after the other within a moment. */
record KillZoneFault(long meanNanos) implements Fault {
  private static final long WITHIN_NANOS_MAX = 500 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new KillZoneFault(FaultKinds.spreadMillis(random, 8_000, 40_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess one = scene.oneOf(scene.workers());
    if (one == null) {
      return;
    }
    String zone = one.machine().place().zone();
    List<SimProcess> victims =
        scene.those(process -> process.machine().place().zone().equals(zone));
    boolean powerLost = scene.drawPower();
    boolean atOnce = scene.random().nextBoolean();
    scene.happened("zone", zone, "processes", victims, "powerLost", powerLost);
    for (SimProcess victim : victims) {
      if (atOnce) {
        scene.world().kill(victim, powerLost);
      } else {
        scene.later(scene.upTo(WITHIN_NANOS_MAX), () -> scene.world().kill(victim, powerLost));
      }
    }
  }

  @Override
  public long harmNanos() {
    return 2 * FaultKinds.RECOVERY_NANOS;
  }
}
