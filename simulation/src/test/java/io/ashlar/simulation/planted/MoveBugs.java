package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.COMMIT_PROXY;
import static io.ashlar.simulation.planted.PlantedBug.Role.STORAGE_SERVER;

import java.util.List;

/** Bugs of ranges that move from some storage servers to others. */
final class MoveBugs {
  private static final String STORAGE = "storage-servers";
  private static final String STORAGE_PACKAGE = "io.ashlar.storage.";

  /** What lets moves go wrong, and little else. */
  private static final RunAs MOVING =
      RunAs.SHORT.faults("moves,kill,kill-controller,recovery-storm,cut,power-loss,latency-tails");

  private MoveBugs() {}

  static List<PlantedBug> all() {
    return List.of(dropsWhatIsWrittenMeanwhile(), tagsNoNewcomer(), servesWhatItLost());
  }

  private static PlantedBug dropsWhatIsWrittenMeanwhile() {
    return PlantedBug.in(
            STORAGE_SERVER,
            "move loses writes between snapshot and stream",
            "What is written to a range while a piece of it is fetched is not put on top of it.")
        .edit(STORAGE, STORAGE_PACKAGE + "ShardFetch", "      piece.add(version, mutation);\n", "")
        .runAs(MOVING);
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
        .runAs(MOVING);
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
        .runAs(MOVING);
  }
}
