package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.diagnosis.Words;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

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
  /** Messages that are late by much. */
  static final String LATENCY_TAILS = "latency-tails";

  /** A side of a connection that learns late, or never, that it is gone. */
  static final String LATE_NOTICE = "late-notice";

  /** Reads and syncs that take much longer. */
  static final String DISK_STALLS = "disk-stalls";

  /** Sectors that were not written and show what a file that is gone had there. */
  public static final String STALE_SECTORS = "stale-sectors";

  /** Clocks that run too fast or too slow. */
  static final String CLOCK_RATE = "clock-rate";

  /** Wall clocks that are wrong from the beginning. */
  static final String CLOCK_OFFSET = "clock-offset";

  /** Rare branches of roles that are forced. */
  public static final String FAULT_POINTS = "fault-points";

  /** The conditions that count as faults: what may be named to have or to leave out. */
  public static final List<String> FAULTS =
      List.of(
          LATENCY_TAILS,
          LATE_NOTICE,
          DISK_STALLS,
          STALE_SECTORS,
          CLOCK_RATE,
          CLOCK_OFFSET,
          FAULT_POINTS);

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

  /** The same without those faults that {@code includes} leaves out. */
  public WorldConditions with(Predicate<String> includes) {
    return new WorldConditions(
        network.with(includes.test(LATENCY_TAILS), includes.test(LATE_NOTICE)),
        disk.with(includes.test(DISK_STALLS), includes.test(STALE_SECTORS)),
        clocks.with(includes.test(CLOCK_RATE), includes.test(CLOCK_OFFSET)),
        batchDelayMaxNanos,
        batchOfOnePerMillion,
        readerDelayMaxNanos,
        faultPoints && includes.test(FAULT_POINTS),
        traceEventsKept);
  }

  /** For people: a line for each concern. */
  public List<String> describe() {
    return List.of(
        "network: " + Words.ofTimes(network),
        "disks: " + Words.ofTimes(disk),
        "clocks: " + Words.of(clocks),
        String.format(
            Locale.ROOT,
            "loops: batches take up to %s, %s of them end at once; reads beside them take up to %s",
            Words.duration(batchDelayMaxNanos),
            Words.share(batchOfOnePerMillion),
            Words.duration(readerDelayMaxNanos)),
        "rare branches: " + (faultPoints ? "some are forced" : "none is forced"));
  }
}
