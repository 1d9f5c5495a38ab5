package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * A worker dies again and again: it comes back after a short time, and dies in the middle of its
 * start or soon after.
 */
record RebootStormFault(long meanNanos, int deathsMax, long gapNanosMax) implements Fault {
  private static final int EVENTS_MAX = 200;

  static Fault draw(SeededRandom random) {
    return new RebootStormFault(
        FaultKinds.spreadMillis(random, 8_000, 40_000),
        random.nextInt(2, 9),
        FaultKinds.spreadMillis(random, 1, 400));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess victim = scene.oneOf(scene.workers());
    if (victim == null) {
      return;
    }
    int deaths = 2 + scene.random().nextInt(deathsMax - 1);
    scene.happened("process", victim.name(), "deaths", deaths);
    storm(scene, victim.name(), deaths);
  }

  private void storm(FaultScene scene, String name, int deaths) {
    SimProcess process = scene.world().process(name);
    if (process != null) {
      scene.kill(process, scene.drawPower(), scene.upTo(gapNanosMax));
    }
    if (deaths > 1) {
      scene.onceBooted(name, booted -> again(scene, booted, deaths - 1));
    }
  }

  private void again(FaultScene scene, SimProcess booted, int deaths) {
    if (scene.random().nextBoolean()) {
      // In the middle of its start: of reading its files, of telling others that it is there.
      boolean powerLost = scene.drawPower();
      scene.setAway(booted.name(), scene.upTo(gapNanosMax));
      booted.killAfterEvents(1 + scene.random().nextInt(EVENTS_MAX), powerLost);
      if (deaths > 1) {
        scene.onceBooted(booted.name(), next -> again(scene, next, deaths - 1));
      }
    } else {
      scene.later(scene.upTo(gapNanosMax), () -> storm(scene, booted.name(), deaths));
    }
  }

  @Override
  public long harmNanos() {
    return 3 * FaultKinds.RECOVERY_NANOS;
  }
}
