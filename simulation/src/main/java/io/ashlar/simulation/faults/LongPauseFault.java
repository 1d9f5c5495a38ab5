package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A worker stops until others have taken it for dead, and then goes on with all that came for it
 * meanwhile; as often as not one that has nothing of the pipeline but a log server.
 */
record LongPauseFault(long meanNanos, long nanosMax) implements Fault {
  private static final long NANOS_MIN = 1_000 * FaultKinds.MILLIS;

  private static final List<String> PIPELINE_AND_CONTROLLER =
      Stream.concat(FaultKinds.PIPELINE.stream(), Stream.of(FaultKinds.CONTROLLER)).toList();

  static Fault draw(SeededRandom random) {
    return new LongPauseFault(
        FaultKinds.spreadMillis(random, 8_000, 40_000),
        FaultKinds.spreadMillis(random, 2_000, 10_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> logs = scene.those(LongPauseFault::hasALogServerAlone);
    SimProcess process =
        scene.oneOf(logs.isEmpty() || scene.random().nextBoolean() ? scene.workers() : logs);
    if (process != null) {
      long nanos = NANOS_MIN + scene.random().nextLong(nanosMax - NANOS_MIN);
      scene.happened("process", process.name(), "nanos", nanos);
      process.pause(nanos);
    }
  }

  /** An epoch may go on without it, and it may be back in time. */
  private static boolean hasALogServerAlone(SimProcess process) {
    List<String> roles = new ArrayList<>(process.roleNames());
    roles.retainAll(PIPELINE_AND_CONTROLLER);
    return !roles.isEmpty() && roles.stream().allMatch("log-server"::equals);
  }

  @Override
  public long harmNanos() {
    return nanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
