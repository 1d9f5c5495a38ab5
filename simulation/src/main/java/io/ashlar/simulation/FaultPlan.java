package io.ashlar.simulation;

import io.ashlar.core.SeededRandom;

/**
 * What goes wrong in a run, and how often: the mean time between two faults of a kind, over the
 * whole cluster; 0 for never.
 *
 * @param killNanos a process dies, workers and clients alike
 * @param powerPerMillion how many of these deaths in a million take the machine's power with them
 * @param outageNanos all processes die at once
 * @param rebootNanosMax how long a process stays away at most
 * @param cutNanos a connection is cut
 * @param clogNanos a link holds everything up
 * @param clogNanosMax for how long at most
 * @param partitionNanos some processes and the others hear nothing of each other for a while
 * @param partitionNanosMax for how long at most
 * @param strandNanos a process can send to one other only, then dies: what it had begun is known in
 *     part
 * @param pauseNanos a process stops for a while
 * @param pauseNanosMax for how long at most
 * @param wallClockNanos a machine's wall clock is set anew
 */
record FaultPlan(
    long killNanos,
    int powerPerMillion,
    long outageNanos,
    long rebootNanosMax,
    long cutNanos,
    long clogNanos,
    long clogNanosMax,
    long partitionNanos,
    long partitionNanosMax,
    long strandNanos,
    long pauseNanos,
    long pauseNanosMax,
    long wallClockNanos) {
  private static final long MILLIS = 1_000_000;

  static FaultPlan none() {
    return new FaultPlan(0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0);
  }

  static FaultPlan draw(SeededRandom random) {
    return new FaultPlan(
        random.chance(900_000) ? random.nextLong(2_000, 20_000) * MILLIS : 0,
        random.nextInt(1_000_001),
        random.chance(200_000) ? random.nextLong(15_000, 60_000) * MILLIS : 0,
        random.nextLong(1, 4_000) * MILLIS,
        random.chance(900_000) ? random.nextLong(1_000, 10_000) * MILLIS : 0,
        random.chance(500_000) ? random.nextLong(1_000, 20_000) * MILLIS : 0,
        random.nextLong(10, 3_000) * MILLIS,
        random.chance(400_000) ? random.nextLong(5_000, 20_000) * MILLIS : 0,
        random.nextLong(500, 6_000) * MILLIS,
        random.chance(400_000) ? random.nextLong(5_000, 20_000) * MILLIS : 0,
        random.chance(400_000) ? random.nextLong(2_000, 20_000) * MILLIS : 0,
        random.nextLong(10, 3_000) * MILLIS,
        random.nextBoolean() ? random.nextLong(1_000, 10_000) * MILLIS : 0);
  }

  /** Everything so many times as often, and processes away for as much shorter. */
  FaultPlan times(int factor) {
    return new FaultPlan(
        killNanos / factor,
        powerPerMillion,
        outageNanos / factor,
        Math.max(1, rebootNanosMax / factor),
        cutNanos / factor,
        clogNanos / factor,
        clogNanosMax,
        partitionNanos / factor,
        partitionNanosMax,
        strandNanos / factor,
        pauseNanos / factor,
        pauseNanosMax,
        wallClockNanos / factor);
  }
}
