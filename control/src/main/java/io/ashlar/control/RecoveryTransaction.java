package io.ashlar.control;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.ShardMap;
import io.ashlar.core.StoreTime;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Tags;
import java.util.ArrayList;
import java.util.List;

/**
 * The first transaction of an epoch (docs/protocol.md, section 8, RECOVERY_TRANSACTION). Tells
 * every tag where the epoch before ended, renews the copy of the metadata, records the store time
 * and what the epoch has, and, in a new database, deals the shards. Pure.
 */
final class RecoveryTransaction {
  private record Entry(int[] tags, Mutation mutation) {}

  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param recoveryVersion RV
   * @param storeTime (RT, t0)
   * @param storageTags of all storage servers
   * @param metadata as it was at RV; changed to what it is at RT
   * @param created the shards to deal, in a new database; else empty
   */
  RecoveryTransaction(
      long recoveryVersion,
      StoreTime storeTime,
      List<Integer> storageTags,
      Metadata metadata,
      List<ShardMap.Shard> created) {
    int[] everyTag = new int[storageTags.size() + 1];
    everyTag[0] = Tags.METADATA;
    for (int i = 0; i < storageTags.size(); i++) {
      everyTag[i + 1] = storageTags.get(i);
    }
    entries.add(new Entry(everyTag, Mutation.epochEnd(recoveryVersion)));
    for (ShardMap.Shard shard : created) {
      metadata.put(ShardMap.keyFor(shard.range().begin()), ShardMap.encodeTeam(shard.tags()));
      entries.add(
          new Entry(
              shard.tags(),
              new Mutation(
                  MutationType.SHARD_ASSIGNED, shard.range().begin(), shard.range().end())));
    }
    metadata.put(Keys.STORE_TIME, storeTime.encode());
    addRows(metadata, !created.isEmpty());
  }

  /** The storage servers get the rows they do not have yet; the METADATA tag gets all. */
  private void addRows(Metadata metadata, boolean isCreation) {
    ShardMap map = metadata.shardMap();
    int[] metadataTag = {Tags.METADATA};
    entries.add(new Entry(metadataTag, Mutation.clearRange(Keys.USER_END, Keys.SYSTEM_END)));
    KeyRange present = KeyRange.ofPrefix(Keys.PRESENT_PREFIX);
    entries.add(
        new Entry(map.tagsFor(present), Mutation.clearRange(present.begin(), present.end())));
    for (KeyValue row : metadata.rows()) {
      Mutation set = Mutation.set(row.key(), row.value());
      entries.add(new Entry(metadataTag, set));
      if (isCreation || row.key().equals(Keys.STORE_TIME) || present.contains(row.key())) {
        entries.add(new Entry(map.tagsFor(row.key()), set));
      }
    }
  }

  /** What the member of the new generation at {@code index} holds of it. */
  Bytes payloadFor(TagPlacement placement, int index) {
    ByteWriter payload = new ByteWriter(1024);
    for (Entry entry : entries) {
      int[] held = new int[entry.tags.length];
      int count = 0;
      for (int tag : entry.tags) {
        if (placement.holds(index, tag)) {
          held[count++] = tag;
        }
      }
      if (count > 0) {
        TaggedMutations.append(payload, java.util.Arrays.copyOf(held, count), entry.mutation);
      }
    }
    return payload.toBytes();
  }
}
