package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.InitialSplit;
import io.ashlar.core.KeyRange;
import io.ashlar.core.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Deals shards to teams of storage servers: each shard to F of them in distinct zones, those with
 * the fewest shards first. Neighbours go to different teams as far as there are several, so that
 * the load of keys that lie together is shared. Pure.
 */
final class StorageTeams {
  private final List<StorageMember> storages;
  private final int replication;
  private final int[] shardCounts;

  /**
   * @param storages in zones of which there are at least {@code replication}
   * @param replication F: in how many zones each shard is
   */
  StorageTeams(List<StorageMember> storages, int replication) {
    int zones = zones(storages);
    Check.that(zones >= replication, "zones ", zones, " are fewer than replicas ", replication);
    this.storages = List.copyOf(storages);
    this.replication = replication;
    this.shardCounts = new int[storages.size()];
  }

  /** In how many zones storage servers are. */
  static int zones(List<StorageMember> storages) {
    TreeSet<String> zones = new TreeSet<>();
    storages.forEach(storage -> zones.add(storage.zone()));
    return zones.size();
  }

  /**
   * The shards of a new database.
   *
   * @param splitKeys where they begin; empty for as many as the configuration says, divided as if
   *     nothing were known of the keys
   */
  static List<ShardMap.Shard> initialShards(
      List<StorageMember> storages, ClusterConfiguration configuration, List<Bytes> splitKeys) {
    StorageTeams teams = new StorageTeams(storages, configuration.storageReplication());
    List<ShardMap.Shard> shards = new ArrayList<>();
    List<KeyRange> ranges =
        splitKeys.isEmpty()
            ? InitialSplit.ranges(configuration.shards())
            : InitialSplit.at(splitKeys);
    for (KeyRange range : ranges) {
      shards.add(new ShardMap.Shard(range, teams.next()));
    }
    return shards;
  }

  /** The team of one more shard: tags, ascending. */
  int[] next() {
    int[] team = new int[replication];
    TreeSet<String> zones = new TreeSet<>();
    for (int i = 0; i < replication; i++) {
      int chosen = -1;
      for (int j = 0; j < storages.size(); j++) {
        boolean isFree = !zones.contains(storages.get(j).zone());
        if (isFree && (chosen == -1 || shardCounts[j] < shardCounts[chosen])) {
          chosen = j;
        }
      }
      zones.add(storages.get(chosen).zone());
      shardCounts[chosen]++;
      team[i] = storages.get(chosen).tag();
    }
    java.util.Arrays.sort(team);
    return team;
  }
}
