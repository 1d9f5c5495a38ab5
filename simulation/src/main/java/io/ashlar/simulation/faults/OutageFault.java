package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** All processes die at once. */
record OutageFault(long meanNanos) implements Fault {
  private static final long HARM_NANOS = 3_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new OutageFault(FaultKinds.spreadMillis(random, 15_000, 60_000));
  }

  @Override
  public void happen(FaultScene scene) {
    boolean powerLost = scene.drawPower();
    scene.happened("powerLost", powerLost);
    for (SimProcess process : scene.harmable()) {
      scene.world().kill(process, powerLost);
    }
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
