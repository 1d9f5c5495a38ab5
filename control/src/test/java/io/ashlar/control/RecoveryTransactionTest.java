package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteReader;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.core.StoreTime;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Tags;
import io.ashlar.core.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecoveryTransactionTest {
  private final LogGeneration generation =
      new LogGeneration(
          1,
          0,
          0,
          100,
          List.of(
              new LogMember(new Uid(1, 1), "a"),
              new LogMember(new Uid(1, 2), "b"),
              new LogMember(new Uid(1, 3), "c")),
          2,
          0);
  private final List<StorageMember> storages =
      List.of(
          new StorageMember(new Uid(2, 1), 1, new Uid(3, 1), "zone 1"),
          new StorageMember(new Uid(2, 2), 2, new Uid(3, 1), "zone 2"));

  private final ClusterConfiguration twoShards =
      new ClusterConfiguration(1, 1, 1, 3, 2, 2, 0, 1, 2, 5_000_000);

  private TreeMap<Integer, List<Mutation>> byTag(Bytes payload) {
    TreeMap<Integer, List<Mutation>> found = new TreeMap<>();
    TaggedMutations.forEach(
        payload,
        (tags, count, array, at, length) -> {
          Mutation mutation = Mutation.decode(new ByteReader(array, at, length));
          for (int i = 0; i < count; i++) {
            found.computeIfAbsent(tags[i], tag -> new ArrayList<>()).add(mutation);
          }
        });
    return found;
  }

  @Test
  void everyTagBeginsWithTheEndOfTheEpochBeforeOnTheServersThatHoldIt() {
    RecoveryTransaction transaction =
        new RecoveryTransaction(
            77,
            new StoreTime(100, 5),
            List.of(1, 2),
            new Metadata(),
            StorageTeams.initialShards(storages, twoShards, List.of()));
    TagPlacement placement = new TagPlacement(generation);
    for (int member = 0; member < 3; member++) {
      TreeMap<Integer, List<Mutation>> held = byTag(transaction.payloadFor(placement, member));
      for (int tag : new int[] {Tags.METADATA, 1, 2}) {
        assertThat(held.containsKey(tag)).isEqualTo(placement.holds(member, tag));
        if (held.containsKey(tag)) {
          assertThat(held.get(tag).get(0)).isEqualTo(Mutation.epochEnd(77));
        }
      }
    }
  }

  @Test
  void newDatabaseDealsEveryKeyToExactlyOneStorageServer() {
    Metadata metadata = new Metadata();
    RecoveryTransaction transaction =
        new RecoveryTransaction(
            0,
            new StoreTime(100, 5),
            List.of(1, 2),
            metadata,
            StorageTeams.initialShards(storages, twoShards, List.of()));
    assertThat(metadata.shardMap().shards(Keys.ALL, 10, false)).hasSize(2);
    assertThat(metadata.shardMap().tagsFor(Bytes.utf8("a"))).containsExactly(1);
    assertThat(metadata.shardMap().tagsFor(Keys.STORE_TIME)).containsExactly(2);
    List<KeyRange> assigned = new ArrayList<>();
    LogGeneration single =
        new LogGeneration(1, 0, 0, 100, List.of(new LogMember(new Uid(1, 1), "a")), 1, 0);
    TreeMap<Integer, List<Mutation>> held =
        byTag(transaction.payloadFor(new TagPlacement(single), 0));
    for (int tag : new int[] {1, 2}) {
      for (Mutation mutation : held.get(tag)) {
        if (mutation.type() == MutationType.SHARD_ASSIGNED) {
          assigned.add(mutation.affected());
        }
      }
    }
    assertThat(assigned)
        .containsExactly(
            new KeyRange(Keys.FIRST, Bytes.of(128)), new KeyRange(Bytes.of(128), Keys.SYSTEM_END));
  }

  @Test
  void metadataTagHoldsAWholeCopyFromWhichItIsRebuilt() {
    Metadata metadata = new Metadata();
    LogGeneration single =
        new LogGeneration(1, 0, 0, 100, List.of(new LogMember(new Uid(1, 1), "a")), 1, 0);
    RecoveryTransaction transaction =
        new RecoveryTransaction(
            0,
            new StoreTime(100, 5),
            List.of(1, 2),
            metadata,
            StorageTeams.initialShards(storages, twoShards, List.of()));
    Metadata rebuilt = new Metadata();
    rebuilt.put(Bytes.of(0xff, 'x'), Bytes.utf8("a row that is gone"));
    List<Mutation> held =
        byTag(transaction.payloadFor(new TagPlacement(single), 0)).get(Tags.METADATA);
    rebuilt.apply(Mutations.encode(held));
    assertThat(rebuilt.rows()).isEqualTo(metadata.rows());
  }
}
