package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;

/**
 * The operator asks for one copy of everything, then two, three, two and so on, beginning anywhere,
 * and every other time the controller dies soon after.
 */
record CopiesFault(long meanNanos, long awayNanosMax, int firstTurn) implements Fault {
  private static final int TURNS = 4;

  static Fault draw(SeededRandom random) {
    return new CopiesFault(
        FaultKinds.spreadMillis(random, 1_500, 10_000),
        FaultKinds.spreadMillis(random, 1, 2_000),
        random.nextInt(TURNS));
  }

  @Override
  public void happen(FaultScene scene) {
    scene.happened("to", scene.cluster().changeCopies(firstTurn + scene.number()));
    ConfigurationFault.killControllerSoon(scene, awayNanosMax);
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
