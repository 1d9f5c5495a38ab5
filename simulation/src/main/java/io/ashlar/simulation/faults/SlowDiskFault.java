package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;

/** One machine's disk takes many times as long for everything, for a while. */
record SlowDiskFault(long meanNanos, int timesMax, long nanosMax) implements Fault {
  private static final int TIMES_MIN = 10;

  /** The slowest operation that is under way when faults end. */
  private static final long LAST_OPERATION_NANOS = 1_500 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new SlowDiskFault(
        FaultKinds.spreadMillis(random, 5_000, 30_000),
        random.nextInt(TIMES_MIN, 101),
        FaultKinds.spreadMillis(random, 100, 4_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.workers());
    if (worker == null) {
      return;
    }
    int times = TIMES_MIN + scene.random().nextInt(timesMax - TIMES_MIN + 1);
    long nanos = scene.upTo(nanosMax);
    scene.happened("machine", worker.machine().name(), "times", times, "nanos", nanos);
    worker.machine().disk().trouble().slowDown(times, nanos);
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4;
  }

  @Override
  public long lingersNanos() {
    return LAST_OPERATION_NANOS;
  }
}
