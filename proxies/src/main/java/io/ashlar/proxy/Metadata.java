package io.ashlar.proxy;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.message.ShardLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The system key space as of the last version this proxy has applied, and the shard map in it. All
 * proxies apply the same mutations in the same order, so theirs are equal at equal versions. Pure.
 */
final class Metadata {
  /** What a row of a copy has beside its key and its value, at most. */
  private static final int ROW_OVERHEAD_BYTES = 32;

  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();
  private final ShardMap shards = new ShardMap();
  private long rowBytes;
  private long shardChanges;
  private long settingChanges;

  Metadata(List<KeyValue> initial) {
    for (KeyValue row : initial) {
      put(row.key(), row.value());
      shards.load(row);
    }
  }

  /**
   * Applies a committed mutation of one system key or of a range that reaches into them.
   *
   * @return what it came to: a set or a clear. An atomic operation has been evaluated, so that the
   *     log holds no metadata that depends on what was there before
   */
  Mutation apply(Mutation mutation) {
    Mutation effective = mutation;
    if (mutation.type().isAtomicOperation()) {
      Bytes key = mutation.first();
      Bytes value = AtomicOps.apply(mutation.type(), rows.get(key), mutation.second());
      effective =
          value == null
              ? new Mutation(MutationType.CLEAR_RANGE, key, Keys.after(key))
              : Mutation.set(key, value);
    }
    if (effective.type() == MutationType.SET) {
      put(effective.first(), effective.second());
    } else {
      Check.that(
          effective.type() == MutationType.CLEAR_RANGE, "not for metadata: ", effective.type());
      clear(effective.affected());
    }
    if (effective.affected().intersects(KeyRange.ofPrefix(Keys.KEY_SERVERS_PREFIX))) {
      shards.apply(effective);
      shardChanges++;
    }
    return effective;
  }

  private void put(Bytes key, Bytes value) {
    Bytes before = rows.put(key, value);
    if (isSetting(key) && !value.equals(before)) {
      settingChanges++;
    }
    rowBytes += before == null ? key.length() + value.length() : value.length() - before.length();
  }

  private static boolean isSetting(Bytes key) {
    return key.equals(Keys.COORDINATORS)
        || key.startsWith(Keys.EXCLUDED_PREFIX)
        || (key.startsWith(Keys.CONF_PREFIX) && Setting.of(key) != null);
  }

  private void clear(KeyRange range) {
    if (range.isEmpty()) {
      return;
    }
    Map<Bytes, Bytes> cleared = rows.subMap(range.begin(), range.end());
    for (Map.Entry<Bytes, Bytes> row : cleared.entrySet()) {
      rowBytes -= row.getKey().length() + row.getValue().length();
      if (isSetting(row.getKey())) {
        settingChanges++;
      }
    }
    cleared.clear();
  }

  /** What a copy of everything adds to a push, at most. */
  long copyBytes() {
    return rowBytes + (long) ROW_OVERHEAD_BYTES * (rows.size() + 1);
  }

  /** By how much setting a row makes a copy larger. */
  long growthBySet(Bytes key, int valueBytes) {
    Bytes before = rows.get(key);
    return before == null
        ? (long) key.length() + valueBytes + ROW_OVERHEAD_BYTES
        : Math.max(0, valueBytes - before.length());
  }

  Map<Bytes, Bytes> rows() {
    return java.util.Collections.unmodifiableMap(rows);
  }

  /** Grows with every change of the shard map: whoever derives something from it starts again. */
  long shardChanges() {
    return shardChanges;
  }

  /**
   * Grows with every change of a setting, of who are to be coordinators, and of who is excluded.
   */
  long settingChanges() {
    return settingChanges;
  }

  /** The shard map as it is now; what is applied later does not change it. */
  ShardMap copyOfShardMap() {
    return new ShardMap(shards);
  }

  /** How it differs now from what it was. */
  List<ShardMap.Change> changesSince(ShardMap before) {
    return before.changesTo(shards);
  }

  /** All shards, in key order. */
  List<ShardMap.Shard> shards() {
    return shards.shards(Keys.ALL, Integer.MAX_VALUE, false);
  }

  /**
   * Where the keys of {@code range} are, in key order or in reverse: shards, whole, and neighbours
   * of one team joined.
   */
  List<ShardLocation> locations(KeyRange range, int limit, boolean reverse) {
    List<ShardLocation> locations = new ArrayList<>();
    KeyRange legal = range.intersection(Keys.ALL);
    for (ShardMap.Shard shard : shards.joinedShards(legal, limit, reverse)) {
      List<Integer> tags = new ArrayList<>(shard.team().sources().length);
      for (int tag : shard.team().sources()) {
        tags.add(tag);
      }
      locations.add(new ShardLocation(shard.range(), tags));
    }
    return locations;
  }

  void checkInvariants() {
    long bytes = 0;
    for (Map.Entry<Bytes, Bytes> row : rows.entrySet()) {
      Check.that(Keys.SYSTEM.contains(row.getKey()), "no system key: ", row.getKey());
      bytes += row.getKey().length() + row.getValue().length();
    }
    Check.that(bytes == rowBytes, "metadata bytes: ", bytes, ", counted: ", rowBytes);
  }
}
