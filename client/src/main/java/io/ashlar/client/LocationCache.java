package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.message.ShardLocation;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where shards are, as far as is known: disjoint ranges with the tags of their teams. Bounded: when
 * it is full everything is forgotten, which costs one request for each shard in use.
 */
final class LocationCache {
  private final int shardsMax;
  private final TreeMap<Bytes, ShardLocation> byBegin = new TreeMap<>();

  LocationCache(int shardsMax) {
    this.shardsMax = shardsMax;
  }

  /** The shard that holds {@code key}, or null when it is not known. */
  ShardLocation at(Bytes key) {
    Map.Entry<Bytes, ShardLocation> entry = byBegin.floorEntry(key);
    return entry != null && entry.getValue().range().end().compareTo(key) > 0
        ? entry.getValue()
        : null;
  }

  /** The shard that holds the keys right below {@code key}, or null when it is not known. */
  ShardLocation before(Bytes key) {
    Map.Entry<Bytes, ShardLocation> entry = byBegin.lowerEntry(key);
    return entry != null && entry.getValue().range().end().compareTo(key) >= 0
        ? entry.getValue()
        : null;
  }

  /** Takes in a shard; what was known of its keys is forgotten. */
  void put(ShardLocation shard) {
    KeyRange range = shard.range();
    if (range.isEmpty()) {
      return;
    }
    forget(range);
    if (byBegin.size() >= shardsMax) {
      byBegin.clear();
    }
    byBegin.put(range.begin(), shard);
  }

  /** Forgets every shard that touches {@code range}. */
  void forget(KeyRange range) {
    Map.Entry<Bytes, ShardLocation> entry = byBegin.lowerEntry(range.end());
    while (entry != null && entry.getValue().range().end().compareTo(range.begin()) > 0) {
      byBegin.remove(entry.getKey());
      entry = byBegin.lowerEntry(range.end());
    }
  }

  void clear() {
    byBegin.clear();
  }

  int size() {
    return byBegin.size();
  }

  void checkInvariants() {
    Check.that(byBegin.size() <= shardsMax, "too many shards: ", byBegin.size());
    Bytes end = null;
    for (Map.Entry<Bytes, ShardLocation> entry : byBegin.entrySet()) {
      boolean disjoint = end == null || end.compareTo(entry.getKey()) <= 0;
      Check.that(disjoint, "shards overlap at ", entry.getKey());
      end = entry.getValue().range().end();
    }
  }
}
