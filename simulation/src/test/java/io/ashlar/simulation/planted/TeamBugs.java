package io.ashlar.simulation.planted;

import static io.ashlar.simulation.planted.PlantedBug.Role.CLIENT;
import static io.ashlar.simulation.planted.PlantedBug.Role.COMMIT_PROXY;

import java.util.List;

/** Bugs of shards that several storage servers have. */
final class TeamBugs {
  private TeamBugs() {}

  static List<PlantedBug> all() {
    return List.of(tagsOneReplica(), takesALateAnswer());
  }

  private static PlantedBug tagsOneReplica() {
    return PlantedBug.in(
            COMMIT_PROXY,
            "proxy tags one replica",
            "A mutation goes to the first storage server of its shard's team alone.")
        .edit(
            "proxies",
            "io.ashlar.proxy.TagAssigner",
            "shardTags[i] = shards.get(i).tags();",
            "shardTags[i] = new int[] {shards.get(i).tags()[0]};")
        .knownSeed(1);
  }

  private static PlantedBug takesALateAnswer() {
    return PlantedBug.in(
            CLIENT,
            "client takes a late answer for the next page",
            "Of a range read that was sent to two replicas both answers are taken.")
        .edit(
            "client",
            "io.ashlar.client.StorageReads",
            """
                  if (!isWanted(0)) {
                    return;
                  }
                  if (reply.more() \
            """,
            """
                  if (fetch.isEnded()) {
                    return;
                  }
                  if (reply.more() \
            """);
  }
}
