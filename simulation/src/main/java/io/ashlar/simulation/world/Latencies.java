package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/** Draws how long messages are on their way. */
final class Latencies {
  private static final int TAIL_OCTAVES = 8;

  private final SimWorld world;
  private final SeededRandom random;
  private final NetworkConditions conditions;
  private boolean tailsEnabled = true;

  /**
   * @param random the network's own draws
   */
  Latencies(SimWorld world, SeededRandom random, NetworkConditions conditions) {
    this.world = world;
    this.random = random;
    this.conditions = conditions;
  }

  /** Whether there are rare long delays. */
  void setTailsEnabled(boolean enabled) {
    tailsEnabled = enabled;
  }

  /** A message's time on the way. */
  long next() {
    long nanos = conditions.latencyMin() + random.nextLong(conditions.latencyJitter() + 1);
    if (tailsEnabled && random.chance(conditions.tailPerMillion())) {
      world.count(WorldConditions.LATENCY_TAILS);
      nanos += tail();
    }
    return nanos;
  }

  /** Evenly over orders of magnitude: few are late by seconds, more by milliseconds. */
  private long tail() {
    long most = conditions.tailMax() >> random.nextInt(TAIL_OCTAVES);
    return most / 2 + random.nextLong(most / 2 + 1);
  }
}
