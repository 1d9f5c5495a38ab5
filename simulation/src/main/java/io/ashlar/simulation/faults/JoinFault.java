package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;

/** A worker comes that was never there before, while there are any to come. */
record JoinFault(long meanNanos) implements Fault {
  static Fault draw(SeededRandom random) {
    return new JoinFault(FaultKinds.spreadMillis(random, 500, 8_000));
  }

  @Override
  public void happen(FaultScene scene) {
    String process = scene.cluster().join();
    if (process != null) {
      scene.happened("process", process);
    }
  }
}
