package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * A worker's disk is lost, and it comes back with an empty one; where more than log servers are on
 * it, of which there is one copy alone, the folder of its log servers is what is lost. Only when
 * the generations of these log servers have as much in other zones.
 */
record DiskLossFault(long meanNanos, long awayNanosMax) implements Fault {
  /** Once the database has been created: before, what was planned is in nobody else's hands. */
  static final String CREATED = "recovery.phase-ACCEPTING_COMMITS";

  static Fault draw(SeededRandom random) {
    return new DiskLossFault(
        FaultKinds.spreadMillis(random, 3_000, 30_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    if (!scene.world().probes().containsKey(CREATED)) {
      return;
    }
    SimProcess worker = scene.oneOf(scene.those(process -> mayBeLost(process, scene)));
    if (worker == null) {
      return;
    }
    SimDisk disk = worker.machine().disk();
    List<Uid> logs = LogCopies.on(disk);
    boolean isWhole = scene.hasLogsOnly(worker);
    scene.kill(worker, scene.drawPower(), scene.upTo(awayNanosMax));
    if (worker.isAlive()) {
      return;
    }
    scene.happened("machine", worker.machine().name(), "logs", logs.size(), "whole", isWhole);
    scene.logCopies().harm(logs);
    disk.lose(isWhole ? "" : LogFolder.LOGS);
  }

  private static boolean mayBeLost(SimProcess process, FaultScene scene) {
    List<Uid> logs = LogCopies.on(process.machine().disk());
    return !logs.isEmpty() && scene.logCopies().mayLose(process.machine().disk(), logs);
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
