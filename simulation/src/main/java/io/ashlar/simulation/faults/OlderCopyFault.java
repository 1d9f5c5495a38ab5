package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.simulation.world.DiskImage;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker's disk, or where more than log servers are on it one log server's folder, is replaced by
 * a copy that was made some time before. Only when its log servers' generations have as much in
 * other zones, and all the others there know that the copy is not all.
 */
record OlderCopyFault(long meanNanos, long ageNanosMax, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new OlderCopyFault(
        FaultKinds.spreadMillis(random, 1_000, 10_000),
        FaultKinds.spreadMillis(random, 100, 10_000),
        FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    if (!scene.world().probes().containsKey(DiskLossFault.CREATED)) {
      return;
    }
    SimProcess worker = scene.oneOf(scene.those(process -> !logsOf(process, scene).isEmpty()));
    if (worker == null) {
      return;
    }
    String name = worker.name();
    List<Uid> logs = logsOf(worker, scene);
    String prefix =
        scene.hasLogsOnly(worker)
            ? ""
            : LogFolder.path(logs.get(scene.random().nextInt(logs.size()))) + "/";
    DiskImage copy = worker.machine().disk().image();
    long age = scene.upTo(ageNanosMax);
    scene.later(age, () -> putBack(scene, name, prefix, copy, age));
  }

  private static List<Uid> logsOf(SimProcess process, FaultScene scene) {
    SimDisk disk = process.machine().disk();
    List<Uid> logs = new ArrayList<>(LogCopies.on(disk));
    logs.removeIf(logId -> !scene.logCopies().canBeOutdated(disk, logId));
    return logs;
  }

  private void putBack(FaultScene scene, String name, String prefix, DiskImage copy, long age) {
    SimProcess worker = scene.world().process(name);
    if (worker == null) {
      return;
    }
    SimMachine machine = worker.machine();
    boolean isStillThere =
        prefix.isEmpty()
            ? scene.hasLogsOnly(worker)
            : machine.disk().names().stream().anyMatch(path -> path.startsWith(prefix));
    List<Uid> harmed = isStillThere ? scene.logCopies().harmedBy(copy, machine, prefix) : null;
    if (harmed == null || harmed.isEmpty()) {
      return;
    }
    scene.kill(worker, scene.drawPower(), scene.upTo(awayNanosMax));
    if (worker.isAlive()) {
      return;
    }
    scene.happened("machine", machine.name(), "files", prefix, "harmed", harmed.size(), "age", age);
    scene.logCopies().outdate(harmed);
    machine.disk().restore(prefix, copy);
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
