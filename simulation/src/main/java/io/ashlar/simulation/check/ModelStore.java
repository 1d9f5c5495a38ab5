package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The store as anyone would write it who had one version, one thread and no time. Its own code, so
 * that an error of the real one is not repeated here.
 */
final class ModelStore {
  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();

  ModelStore() {}

  ModelStore(Map<Bytes, Bytes> rows) {
    this.rows.putAll(rows);
  }

  ModelStore copy() {
    return new ModelStore(rows);
  }

  Bytes get(Bytes key) {
    return rows.get(key);
  }

  List<KeyValue> range(Bytes begin, Bytes end, int limit, boolean reverse) {
    NavigableMap<Bytes, Bytes> part = rows.subMap(begin, true, end, false);
    List<KeyValue> found = new ArrayList<>();
    for (Map.Entry<Bytes, Bytes> row : (reverse ? part.descendingMap() : part).entrySet()) {
      if (limit > 0 && found.size() == limit) {
        break;
      }
      found.add(new KeyValue(row.getKey(), row.getValue()));
    }
    return found;
  }

  List<KeyValue> all() {
    List<KeyValue> found = new ArrayList<>();
    rows.forEach((key, value) -> found.add(new KeyValue(key, value)));
    return found;
  }

  void apply(Mutation mutation) {
    apply(mutation, null);
  }

  /**
   * Does what a mutation of a committed transaction does.
   *
   * @param stamp of the transaction; null when it has no versionstamped mutation
   */
  void apply(Mutation mutation, Stamp stamp) {
    Bytes key = mutation.first();
    Bytes operand = mutation.second();
    switch (mutation.type()) {
      case CLEAR_RANGE -> rows.subMap(key, true, operand, false).clear();
      case SET_VERSIONSTAMPED_KEY -> rows.put(StampedTemplate.fill(key, stamp), operand);
      case SET_VERSIONSTAMPED_VALUE -> rows.put(key, StampedTemplate.fill(operand, stamp));
      default -> {
        Bytes after = AtomicModel.apply(mutation.type(), rows.get(key), operand);
        if (after == null) {
          rows.remove(key);
        } else {
          rows.put(key, after);
        }
      }
    }
  }

  Map<Bytes, Bytes> rows() {
    return rows;
  }
}
