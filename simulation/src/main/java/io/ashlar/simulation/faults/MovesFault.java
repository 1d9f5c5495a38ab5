package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;

/**
 * Shards move for no reason, to any team that may have them, and moves are given up: the next time
 * that the mover looks.
 */
record MovesFault(long meanNanos) implements Fault {
  private static final String MOVE = "mover.move-any";
  private static final String GIVE_UP = "mover.give-up-any";
  private static final int GIVE_UP_PER_MILLION = 150_000;

  static Fault draw(SeededRandom random) {
    return new MovesFault(FaultKinds.spreadMillis(random, 200, 4_000));
  }

  @Override
  public void happen(FaultScene scene) {
    String point = scene.random().chance(GIVE_UP_PER_MILLION) ? GIVE_UP : MOVE;
    scene.world().forceFaultPoint(point);
    scene.happened("point", point);
  }
}
