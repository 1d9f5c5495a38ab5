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
    Bytes key = mutation.first();
    Bytes operand = mutation.second();
    switch (mutation.type()) {
      case SET -> rows.put(key, operand);
      case CLEAR_RANGE -> rows.subMap(key, true, operand, false).clear();
      case ADD -> rows.put(key, added(rows.get(key), operand));
      case APPEND_IF_FITS -> rows.merge(key, operand, Bytes::concat);
      case BYTE_MAX -> rows.merge(key, operand, (a, b) -> a.compareTo(b) > 0 ? a : b);
      case COMPARE_AND_CLEAR -> rows.remove(key, operand);
      default -> throw new IllegalArgumentException("not part of the model: " + mutation.type());
    }
  }

  private static Bytes added(Bytes existing, Bytes operand) {
    byte[] sum = new byte[operand.length()];
    int carry = 0;
    for (int i = 0; i < sum.length; i++) {
      int before = existing != null && i < existing.length() ? existing.at(i) : 0;
      carry += before + operand.at(i);
      sum[i] = (byte) carry;
      carry >>= 8;
    }
    return Bytes.wrap(sum);
  }
}
