package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.COMMIT_PROXY;
import static io.ashlar.simulation.planted.PlantedBug.Role.RECOVERY;
import static io.ashlar.simulation.planted.PlantedBug.Role.STORAGE_SERVER;

import java.util.List;

/** Bugs of ranges that move from some storage servers to others. */
final class MoveBugs {
  private static final String STORAGE = "storage-servers";
  private static final String STORAGE_PACKAGE = "io.ashlar.storage.";

  /** What lets moves go wrong, and little else. */
  private static final RunAs MOVING =
      RunAs.SHORT.faults("moves,kill,kill-controller,recovery-storm,cut,power-loss,latency-tails");

  /** What makes pieces arrive late, with many moves; and rows that are written all the time. */
  private static final RunAs SLOWLY =
      RunAs.DEFAULT
          .seconds(10)
          .factor(8)
          .workloads("append,counter-log,atomic-operations")
          .faults("moves,copies,slow,clog,burst,latency-tails,fault-points");

  /** What lets storage servers die while they have what they fetched in memory alone. */
  private static final RunAs DYING =
      RunAs.DEFAULT
          .seconds(10)
          .factor(6)
          .workloads("append,counter-log")
          .faults("moves,kill,power-loss,reboot-storm,latency-tails");

  private MoveBugs() {}

  static List<PlantedBug> all() {
    return List.of(
        dropsWhatIsWrittenMeanwhile(),
        tagsNoNewcomer(),
        servesWhatItLost(),
        finishesBeforeAnybodyHasIt(),
        isNotFenced(),
        keepsOneCopy());
  }

  private static PlantedBug dropsWhatIsWrittenMeanwhile() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "move loses writes between snapshot and stream",
            "What is written to a range while a piece of it is fetched is not put on top of it.")
        .edit(STORAGE, STORAGE_PACKAGE + "ShardFetch", "      piece.add(version, mutation);\n", "")
        .runAs(SLOWLY)
        .knownSeed(23);
  }

  private static PlantedBug tagsNoNewcomer() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "move sends nothing to newcomers",
            "While a range moves only those who serve it receive its mutations.")
        .edit(
            "proxies",
            "io.ashlar.proxy.TagAssigner",
            "shardTags[i] = shards.get(i).tags();",
            "shardTags[i] = shards.get(i).team().sources();")
        .runAs(MOVING)
        .knownSeed(2);
  }

  private static PlantedBug servesWhatItLost() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "move serves what went away",
            "A server that is told that a range is removed goes on to serve what it has of it.")
        .edit(
            STORAGE,
            STORAGE_PACKAGE + "Pulled",
            "          map.remove(new KeyRange(first, second));\n",
            "")
        .runAs(MOVING)
        .knownSeed(2);
  }

  private static PlantedBug finishesBeforeAnybodyHasIt() {
    return PlantedBug.in(
            RECOVERY,
            "move ends before newcomers have the range",
            "The mover does not look at what those have who are to serve a range from now on.")
        .edit(
            "control",
            "io.ashlar.control.MoveRound",
            "if (shard.team().isNewcomer(tag) && !hasSafely(",
            "if (tag < 0 && !hasSafely(")
        .alsoNoticedBy(
            "io.ashlar.simulation.MovesTest"
                + "#aShardIsWhereItHasMovedToWhenThePowerFailsThereAtThatMoment")
        .runAs(DYING);
  }

  /** What an epoch that is over could still commit is nothing; so a test has to look. */
  private static PlantedBug isNotFenced() {
    return PlantedBug.in(
            RECOVERY,
            "move goes on when a later mover has the lock",
            "A mover does not mind whose the lock is that it finds.")
        .edit(
            "control",
            "io.ashlar.control.ShardMover",
            "isLocked ? !lock.equals(found) : found != null && found.epoch() > lock.epoch();",
            "false;")
        .caughtBy(
            Catcher.OWN_TESTS,
            "io.ashlar.simulation.MovesTest#nobodyMovesAnythingOnceALaterMoverHasTheLock")
        .knownSeed(1);
  }

  private static PlantedBug keepsOneCopy() {
    return PlantedBug.in(
            RECOVERY,
            "move leaves every shard one copy",
            "The mover makes teams of one, however many copies there are to be.")
        .edit(
            "control",
            "io.ashlar.control.MovePlan",
            "this.copies = Math.min(replication, zones.size());",
            "this.copies = Math.min(1, zones.size());")
        .runAs(MOVING)
        .knownSeed(2);
  }
}
