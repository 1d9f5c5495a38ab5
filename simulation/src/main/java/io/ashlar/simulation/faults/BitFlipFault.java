package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Some bits of a log server's files are not what was written any more, and nobody is told: it finds
 * out when it reads them, or when it starts again. Only when its generation has as much in other
 * zones; and not in what was written last of all, which cannot be told from a write that a failure
 * of the power has cut off.
 */
record BitFlipFault(long meanNanos, int bitsMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new BitFlipFault(FaultKinds.spreadMillis(random, 2_000, 30_000), random.nextInt(1, 20));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess worker = scene.oneOf(scene.those(process -> !logsOf(process, scene).isEmpty()));
    if (worker == null) {
      return;
    }
    SimDisk disk = worker.machine().disk();
    List<Uid> logs = logsOf(worker, scene);
    List<Uid> victim = List.of(logs.get(scene.random().nextInt(logs.size())));
    List<String> files = new ArrayList<>();
    for (String path : disk.names()) {
      if (path.startsWith(LogFolder.path(victim.get(0)) + "/") && disk.settledBytes(path) > 0) {
        files.add(path);
      }
    }
    if (files.isEmpty()) {
      return;
    }
    int bits = 1 + scene.random().nextInt(bitsMax);
    scene.happened("machine", worker.machine().name(), "log", victim.get(0), "bits", bits);
    scene.logCopies().harm(victim);
    for (int i = 0; i < bits; i++) {
      String path = files.get(scene.random().nextInt(files.size()));
      long offset = scene.random().nextLong(disk.settledBytes(path));
      disk.flip(path, offset, scene.random().nextInt(Byte.SIZE));
    }
  }

  /** What an attempt makes just now is not among them: the flip would be in a new generation. */
  private static List<Uid> logsOf(SimProcess process, FaultScene scene) {
    SimDisk disk = process.machine().disk();
    List<Uid> logs = new ArrayList<>(LogCopies.on(disk));
    logs.removeIf(
        logId ->
            !LogCopies.isFinished(disk, logId) || !scene.logCopies().mayLose(disk, List.of(logId)));
    return logs;
  }

  @Override
  public long harmNanos() {
    return FaultKinds.RECOVERY_NANOS;
  }
}
