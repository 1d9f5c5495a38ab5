package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** A connection is cut; each side notices on its own time. */
record CutFault(long meanNanos) implements Fault {
  private static final long HARM_NANOS = 300 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new CutFault(FaultKinds.spreadMillis(random, 500, 10_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess side = scene.any();
    if (side != null && scene.world().network().cutOneOf(side, scene.random())) {
      scene.happened("process", side.name());
    }
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
