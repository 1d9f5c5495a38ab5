package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * A worker's disk is lost, and it comes back with an empty one, or with nothing but its
 * coordinator's folder; where a storage server is on it, of which there is one copy alone, the
 * folder of its log servers is what is lost. Only when the generations of these log servers have as
 * much in other zones.
 */
record DiskLossFault(long meanNanos, long awayNanosMax) implements Fault {
  /** Once the database has been created: before, what was planned is in nobody else's hands. */
  static final String CREATED = "recovery.phase-ACCEPTING_COMMITS";

  /** The folder of a coordinator. */
  private static final String COORDINATOR = "coordinator/";

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
    boolean isWhole = scene.hasNoStorage(worker);
    boolean isCoordinator = scene.isCoordinator(worker);
    scene.kill(worker, scene.drawPower(), scene.upTo(awayNanosMax));
    if (worker.isAlive()) {
      return;
    }
    scene.happened("machine", worker.machine().name(), "logs", logs.size(), "whole", isWhole);
    scene.logCopies().harm(logs);
    if (!isWhole) {
      disk.lose(LogFolder.LOGS);
    } else if (isCoordinator) {
      disk.loseAllBut(COORDINATOR);
    } else {
      disk.lose("");
    }
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
