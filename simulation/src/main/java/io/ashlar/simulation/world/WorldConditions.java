package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/**
 * What a world is like: drawn once a run, printed first, so that a failure can be understood.
 *
 * @param batchDelayMaxNanos how long a loop may collect events before the end of a batch
 * @param batchOfOnePerMillion how many events in a million end their batch at once
 * @param readerDelayMaxNanos how long a reader beside the loop may take
 * @param faultPoints whether rare branches in roles are forced at times
 * @param traceEventsKept the last events that are kept for a failure's report
 */
public record WorldConditions(
    NetworkConditions network,
    DiskConditions disk,
    ClockConditions clocks,
    long batchDelayMaxNanos,
    int batchOfOnePerMillion,
    long readerDelayMaxNanos,
    boolean faultPoints,
    int traceEventsKept) {

  /** A gentle world for tests of other things. */
  public static WorldConditions calm() {
    return new WorldConditions(
        NetworkConditions.calm(),
        DiskConditions.calm(),
        ClockConditions.calm(),
        0,
        500_000,
        20_000,
        false,
        2_000);
  }

  /** Draws each condition. */
  public static WorldConditions draw(SeededRandom random) {
    return new WorldConditions(
        NetworkConditions.draw(random.fork("network")),
        DiskConditions.draw(random.fork("disk")),
        ClockConditions.draw(random.fork("clocks")),
        random.nextBoolean() ? 0 : random.nextLong(200_000),
        random.nextInt(1_000_001),
        random.nextLong(1, 500_000),
        random.chance(750_000),
        2_000);
  }
}
