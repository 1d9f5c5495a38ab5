package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a transaction has learnt of the database at its read version, without its own writes: values
 * of single keys, and whole ranges with all their rows. Bounded: when it would exceed its size it
 * forgets everything first, so a long scan costs no more than that.
 */
final class SnapshotCache {
  private static final int ROW_OVERHEAD_BYTES = 100;

  /** Keys that were read alone; never iterated. */
  private final Map<Bytes, Bytes> points = new HashMap<>();

  /** Ranges all of whose rows are in {@link #rows}: begin to end, disjoint and not touching. */
  private final TreeMap<Bytes, Bytes> known = new TreeMap<>();

  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();
  private final long sizeBytesMax;
  private long sizeBytes;

  SnapshotCache(long sizeBytesMax) {
    this.sizeBytesMax = sizeBytesMax;
  }

  /** The database has {@code value} at {@code key}; null for absent. */
  void putPoint(Bytes key, Bytes value) {
    reserve(key.length() + (value == null ? 0 : value.length()) + ROW_OVERHEAD_BYTES);
    points.put(key, value);
  }

  /** The database has exactly these rows from {@code begin} to {@code end}, in any order. */
  void putRange(Bytes begin, Bytes end, List<KeyValue> found) {
    if (begin.compareTo(end) >= 0) {
      return;
    }
    long added = begin.length() + end.length() + ROW_OVERHEAD_BYTES;
    for (KeyValue row : found) {
      added += row.key().length() + row.value().length() + ROW_OVERHEAD_BYTES;
    }
    reserve(added);
    for (KeyValue row : found) {
      rows.put(row.key(), row.value());
    }
    addKnown(begin, end);
  }

  private void reserve(long added) {
    if (sizeBytes + added > sizeBytesMax) {
      points.clear();
      known.clear();
      rows.clear();
      sizeBytes = 0;
    }
    sizeBytes += added;
  }

  private void addKnown(Bytes begin, Bytes end) {
    Bytes from = begin;
    Bytes to = end;
    Map.Entry<Bytes, Bytes> touching = known.floorEntry(to);
    while (touching != null && touching.getValue().compareTo(from) >= 0) {
      from = touching.getKey().compareTo(from) < 0 ? touching.getKey() : from;
      to = touching.getValue().compareTo(to) > 0 ? touching.getValue() : to;
      known.remove(touching.getKey());
      touching = known.floorEntry(to);
    }
    known.put(from, to);
  }

  /** Whether {@link #get} knows the key. */
  boolean knows(Bytes key) {
    if (points.containsKey(key)) {
      return true;
    }
    Map.Entry<Bytes, Bytes> range = known.floorEntry(key);
    return range != null && range.getValue().compareTo(key) > 0;
  }

  /** The value of a key that is known, null for absent. */
  Bytes get(Bytes key) {
    Bytes value = points.get(key);
    return value != null ? value : rows.get(key);
  }

  /** The end of the known range that holds {@code key}, or null. */
  Bytes knownUpTo(Bytes key) {
    Map.Entry<Bytes, Bytes> range = known.floorEntry(key);
    return range != null && range.getValue().compareTo(key) > 0 ? range.getValue() : null;
  }

  /** The begin of the known range that holds the keys right below {@code key}, or null. */
  Bytes knownDownTo(Bytes key) {
    Map.Entry<Bytes, Bytes> range = known.lowerEntry(key);
    return range != null && range.getValue().compareTo(key) >= 0 ? range.getKey() : null;
  }

  /** The begin of the first known range after {@code key}, or null. */
  Bytes nextKnown(Bytes key) {
    return known.higherKey(key);
  }

  /** The end of the last known range that ends before {@code key}, or null. */
  Bytes previousKnown(Bytes key) {
    Map.Entry<Bytes, Bytes> range = known.lowerEntry(key);
    return range == null ? null : range.getValue();
  }

  /** The rows of a known stretch, ascending. */
  NavigableMap<Bytes, Bytes> rows(Bytes begin, Bytes end) {
    return rows.subMap(begin, true, end, false);
  }

  void checkInvariants() {
    Bytes before = null;
    for (Map.Entry<Bytes, Bytes> range : known.entrySet()) {
      Check.that(range.getKey().compareTo(range.getValue()) < 0, "empty: ", range.getKey());
      boolean apart = before == null || before.compareTo(range.getKey()) < 0;
      Check.that(apart, "known ranges touch at ", range.getKey());
      before = range.getValue();
    }
  }
}
