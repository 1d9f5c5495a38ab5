package io.ashlar.simulation.faults;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Uid;
import io.ashlar.simulation.world.DiskImage;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Which log servers have been harmed for ever, and which may be as well: of each generation those
 * in F − 1 − a zones, so that whatever was acknowledged is still in another zone, and recovery can
 * lock enough of the others.
 */
final class LogCopies {
  private final SimWorld world;

  private final TreeSet<Uid> harmed = new TreeSet<>();

  /** Those of them that have an older copy of their files, and do not know it. */
  private final TreeSet<Uid> outdated = new TreeSet<>();

  LogCopies(SimWorld world) {
    this.world = world;
  }

  /** The log servers with files on a disk, sorted. */
  static List<Uid> on(SimDisk disk) {
    return LogFolder.idsIn(disk.names());
  }

  /** Whether it is in a generation, or may be; one that is not will be made anew by an attempt. */
  static boolean isFinished(SimDisk disk, Uid logId) {
    return durable(disk, logId).generation() != null;
  }

  /** What a log server can still read after a failure of the power. */
  private static LogFolder durable(SimDisk disk, Uid logId) {
    return LogFolder.read(logId, disk.names(), disk::durableContent);
  }

  /**
   * Whether nothing acknowledged is lost with all of those, which are on one disk. A log server
   * that was never recruited to the end is in no generation.
   */
  boolean mayLose(SimDisk disk, Collection<Uid> logIds) {
    for (Uid logId : logIds) {
      LogFolder folder = durable(disk, logId);
      if (folder.generation() != null && !isWithinBounds(folder.generation(), logIds)) {
        return false;
      }
    }
    return true;
  }

  /** Whether with those, too, harmed log servers of a generation lie in few enough zones. */
  private boolean isWithinBounds(LogGeneration generation, Collection<Uid> more) {
    return harmedZones(generation, more).size()
        <= generation.replication() - 1 - generation.antiQuorum();
  }

  private TreeSet<String> harmedZones(LogGeneration generation, Collection<Uid> more) {
    TreeSet<String> zones = new TreeSet<>();
    for (LogMember member : generation.members()) {
      if (harmed.contains(member.logId()) || more.contains(member.logId())) {
        zones.add(member.zone());
      }
    }
    return zones;
  }

  /** They are harmed from now on. */
  void harm(Collection<Uid> logIds) {
    harmed.addAll(logIds);
  }

  /** They are harmed from now on, and serve what they have. */
  void outdate(Collection<Uid> logIds) {
    harm(logIds);
    outdated.addAll(logIds);
  }

  /**
   * The log servers on a machine's disk that an older copy of its files takes something from, or
   * null when that must not happen.
   *
   * <p>One that is not in the copy is lost. One that is there and ends earlier answers the next
   * lock as if it had been slow: that is noticed when somebody who is asked too knows of a
   * committed version above. So it must not be enough to lock those that are outdated, and all
   * others must know.
   *
   * @param prefix which files the copy replaces
   */
  List<Uid> harmedBy(DiskImage copy, SimMachine machine, String prefix) {
    List<Uid> taken = new ArrayList<>();
    List<LogFolder> shorter = new ArrayList<>();
    List<Uid> present = on(machine.disk());
    for (Uid logId : LogFolder.idsIn(copy.names())) {
      if (isUnder(prefix, logId)
          && !present.contains(logId)
          && LogFolder.read(logId, copy.names(), copy::content).generation() != null) {
        // It was lost since, or lives on another machine: there would be another one of it.
        return null;
      }
    }
    for (Uid logId : present) {
      LogFolder now = durable(machine.disk(), logId);
      if (!isUnder(prefix, logId)) {
        continue;
      }
      LogFolder then = LogFolder.read(logId, copy.names(), copy::content);
      if (now.generation() == null) {
        if (then.generation() != null) {
          // It would serve again, and nobody can say what it has not.
          return null;
        }
        continue;
      }
      if (then.generation() == null) {
        taken.add(logId);
      } else if (then.end() < now.end()) {
        taken.add(logId);
        shorter.add(then);
      }
    }
    boolean isSafe =
        mayLose(machine.disk(), taken) && shorter.stream().allMatch(then -> isMissed(then, taken));
    return isSafe ? taken : null;
  }

  private static boolean isUnder(String prefix, Uid logId) {
    return (LogFolder.path(logId) + "/").startsWith(prefix);
  }

  /**
   * Whether an older copy of a log server's files could ever be put back: somebody else is asked
   * whenever it is.
   */
  boolean canBeOutdated(SimDisk disk, Uid logId) {
    LogGeneration generation = durable(disk, logId).generation();
    return generation != null
        && isWithinBounds(generation, List.of(logId))
        && isOutvoted(generation, List.of(logId));
  }

  /** Whether it takes the lock of one that is not outdated to have enough of them. */
  private boolean isOutvoted(LogGeneration generation, List<Uid> more) {
    TreeSet<String> knowing = new TreeSet<>();
    generation.members().forEach(member -> knowing.add(member.zone()));
    for (LogMember member : generation.members()) {
      if (more.contains(member.logId()) || outdated.contains(member.logId())) {
        knowing.remove(member.zone());
      }
    }
    return generation.antiQuorum() == 0 && knowing.size() >= generation.replication();
  }

  /** Whether every log server of the other zones knows that the older copy is not all. */
  private boolean isMissed(LogFolder older, List<Uid> taken) {
    LogGeneration generation = older.generation();
    String zone = zoneOf(generation, older.logId());
    if (!isOutvoted(generation, taken)) {
      return false;
    }
    for (LogMember member : generation.members()) {
      boolean counts = !member.zone().equals(zone) && !harmed.contains(member.logId());
      if (counts && !knowsMore(member.logId(), older.end())) {
        return false;
      }
    }
    return true;
  }

  private static String zoneOf(LogGeneration generation, Uid logId) {
    for (LogMember member : generation.members()) {
      if (member.logId().equals(logId)) {
        return member.zone();
      }
    }
    throw new IllegalStateException("no member of its generation: " + logId);
  }

  private boolean knowsMore(Uid logId, long version) {
    for (SimMachine machine : world.machines()) {
      if (on(machine.disk()).contains(logId)) {
        return durable(machine.disk(), logId).knownCommitted() > version;
      }
    }
    return false;
  }

  /**
   * The machines that have files of harmed log servers: a bit in them that nobody has read since is
   * found when their processes start again.
   */
  List<SimMachine> machinesWithHarmedFiles() {
    List<SimMachine> found = new ArrayList<>(world.machines());
    found.removeIf(machine -> on(machine.disk()).stream().noneMatch(harmed::contains));
    return found;
  }
}
