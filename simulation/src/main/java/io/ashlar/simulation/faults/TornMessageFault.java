package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;

/**
 * A connection dies in the middle of a large message: what was sent before it arrives, it and what
 * follows it does not.
 */
record TornMessageFault(long meanNanos, long bytesMin) implements Fault {
  private static final long HARM_NANOS = 300 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new TornMessageFault(
        FaultKinds.spreadMillis(random, 500, 10_000), FaultKinds.spread(random, 100, 4_000));
  }

  @Override
  public void happen(FaultScene scene) {
    scene
        .world()
        .network()
        .tearMessage(bytesMin, (from, to) -> scene.happened("from", from, "to", to));
  }

  @Override
  public long harmNanos() {
    return HARM_NANOS;
  }
}
