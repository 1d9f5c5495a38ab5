package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Some bits of a log server's files are not what was written any more, and nobody is told: it finds
 * out when it reads them, or when it starts again, which may be at once, with all the others or
 * alone. As often as not they are among the newest that count, where what is lost is known to the
 * fewest. Only when its generation has as much in other zones; and not in what was written last of
 * all, which cannot be told from a write that a failure of the power has cut off.
 */
record BitFlipFault(long meanNanos, int bitsMax, long awayNanosMax) implements Fault {
  /** How far before the end of what counts the newest bits lie at most. */
  private static final long NEWEST_BYTES_MAX = 1_024;

  static Fault draw(SeededRandom random) {
    return new BitFlipFault(
        FaultKinds.spreadMillis(random, 2_000, 30_000),
        random.nextInt(1, 20),
        FaultKinds.spreadMillis(random, 1, 2_000));
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
    boolean newest = scene.random().nextBoolean();
    int bits = 1 + scene.random().nextInt(bitsMax);
    scene.happened(
        "machine",
        worker.machine().name(),
        "log",
        victim.get(0),
        newest ? "newest bits" : "bits",
        bits);
    scene.logCopies().harm(victim);
    for (int i = 0; i < bits; i++) {
      // The last one in the order of their names is the newest segment that has settled bytes.
      int file = newest ? files.size() - 1 : scene.random().nextInt(files.size());
      long end = disk.settledBytes(files.get(file));
      long begin = newest ? Math.max(0, end - 1 - scene.random().nextLong(NEWEST_BYTES_MAX)) : 0;
      disk.flip(
          files.get(file),
          begin + scene.random().nextLong(end - begin),
          scene.random().nextInt(Byte.SIZE));
    }
    switch (scene.random().nextInt(4)) {
      case 0 -> kill(scene, worker);
      // Then none of the others goes on, and it may be the first one that is back.
      case 1 -> scene.workers().forEach(each -> kill(scene, each));
      default -> {}
    }
  }

  private void kill(FaultScene scene, SimProcess worker) {
    if (worker.isAlive()) {
      scene.kill(worker, scene.drawPower(), scene.upTo(awayNanosMax));
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
    return awayNanosMax / 4 + FaultKinds.RECOVERY_NANOS;
  }
}
