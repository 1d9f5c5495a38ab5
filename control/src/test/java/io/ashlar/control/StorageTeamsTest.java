package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.CheckFailedException;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StorageTeamsTest {
  private static List<StorageMember> inZones(String... zones) {
    List<StorageMember> storages = new ArrayList<>();
    for (int i = 0; i < zones.length; i++) {
      storages.add(new StorageMember(new Uid(1, i), 1 + i, new Uid(2, i), zones[i]));
    }
    return storages;
  }

  private static List<ShardMap.Shard> shards(
      List<StorageMember> storages, int replication, int shards) {
    return StorageTeams.initialShards(
        storages,
        new ClusterConfiguration(1, 1, 1, 3, storages.size(), 1, 0, replication, shards, 5_000_000),
        List.of());
  }

  @Test
  void replicasOfAShardAreInDistinctZones() {
    SeededRandom random = new SeededRandom(4);
    for (int round = 0; round < 300; round++) {
      String[] zones = new String[random.nextInt(3, 12)];
      for (int i = 0; i < zones.length; i++) {
        zones[i] = i < 3 ? "zone " + i : "zone " + random.nextInt(6);
      }
      int replication = random.nextInt(1, 4);
      TreeMap<Integer, String> zoneOf = new TreeMap<>();
      List<StorageMember> storages = inZones(zones);
      storages.forEach(storage -> zoneOf.put(storage.tag(), storage.zone()));
      for (ShardMap.Shard shard : shards(storages, replication, random.nextInt(1, 257))) {
        TreeSet<String> apart = new TreeSet<>();
        for (int tag : shard.tags()) {
          apart.add(zoneOf.get(tag));
        }
        assertThat(apart).hasSize(replication);
        assertThat(shard.tags()).hasSize(replication);
        assertThat(shard.tags()).isSorted();
      }
    }
  }

  @Test
  void serversInZonesOfTheSameSizeHaveTheSameNumberOfShards() {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    for (ShardMap.Shard shard : shards(inZones("a", "b", "c", "d", "e"), 2, 256)) {
      for (int tag : shard.tags()) {
        counts.merge(tag, 1, Integer::sum);
      }
    }
    assertThat(counts).hasSize(5);
    assertThat(counts.values()).allMatch(count -> count == 102 || count == 103);
  }

  @Test
  void neighboursGoToDifferentTeams() {
    List<ShardMap.Shard> shards = shards(inZones("a", "b", "c", "d"), 2, 256);
    for (int i = 1; i < shards.size(); i++) {
      assertThat(shards.get(i).tags()).isNotEqualTo(shards.get(i - 1).tags());
    }
  }

  @Test
  void fewerZonesThanReplicasAreRefused() {
    assertThatThrownBy(() -> shards(inZones("a", "a", "b"), 3, 8))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining("zones");
  }
}
