package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/**
 * The disk under a log server is so slow for so long that the log server falls behind the others,
 * while it goes on to answer what needs no disk.
 */
record SlowLogFault(long meanNanos, int timesMax, long nanosMax) implements Fault {
  private static final int TIMES_MIN = 100;

  /** The slowest operation that is under way when faults end. */
  private static final long LAST_OPERATION_NANOS = 6_000 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new SlowLogFault(
        FaultKinds.spreadMillis(random, 10_000, 30_000),
        random.nextInt(TIMES_MIN, 501),
        FaultKinds.spreadMillis(random, 2_000, 20_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess process = scene.oneOf(scene.withRole("log-server"));
    if (process == null) {
      return;
    }
    int times = TIMES_MIN + scene.random().nextInt(timesMax - TIMES_MIN + 1);
    long nanos = scene.upTo(nanosMax);
    scene.happened("machine", process.machine().name(), "times", times, "nanos", nanos);
    process.machine().disk().trouble().slowDown(times, nanos);
  }

  @Override
  public long harmNanos() {
    return nanosMax / 2;
  }

  @Override
  public long lingersNanos() {
    return LAST_OPERATION_NANOS;
  }
}
