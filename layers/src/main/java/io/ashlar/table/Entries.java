package io.ashlar.table;

import io.ashlar.client.KeyValue;
import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** The entries of one index: what a row has there, and what an entry says. */
final class Entries<V> {
  private final Index<V> index;
  private final long id;
  private final IndexShape shape;
  private final boolean building;
  private final Kinds kinds;
  private final Subspace place;

  Entries(Layout layout, Index<V> index, TableSchema.Stored stored) {
    this.index = index;
    this.id = stored.id();
    this.shape = stored.shape();
    this.kinds = stored.kinds();
    this.building = stored.state() == IndexState.BUILDING;
    this.place = layout.entries(stored.id());
  }

  String name() {
    return index.name();
  }

  long id() {
    return id;
  }

  boolean isUnique() {
    return shape.unique();
  }

  boolean isBuilding() {
    return building;
  }

  Subspace place() {
    return place;
  }

  /** The entries of a row, ordered by key, also those that do not fit; none for no row. */
  SortedMap<byte[], byte[]> of(V row, Tuple key) {
    return of(row, key, null);
  }

  /**
   * As {@link #of(Object, Tuple)}.
   *
   * @param noted takes down what is in the columns; null for nobody
   */
  SortedMap<byte[], byte[]> of(V row, Tuple key, KindsNoted noted) {
    SortedMap<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
    if (row == null) {
      return found;
    }
    Tuple covered = index.coveredOf(row);
    for (Tuple values : index.valuesOf(row)) {
      if (noted != null) {
        noted.note(index.name(), kinds, values);
      }
      if (shape.unique()) {
        found.put(place.pack(values), Tuple.from(key, covered).pack());
      } else {
        found.put(
            place.pack(Layout.concat(values, key)),
            shape.covered() == 0 ? new byte[0] : covered.pack());
      }
    }
    return found;
  }

  /** Whether an entry keeps to the limits of keys and values; nothing else can be in the index. */
  static boolean fits(byte[] entryKey, byte[] value) {
    return entryKey.length <= Limits.KEY_BYTES_MAX && value.length <= Limits.VALUE_BYTES_MAX;
  }

  /** What is thrown for a row with an entry that does not fit. */
  TableException tooLarge(Tuple key, byte[] entryKey, byte[] value) {
    boolean isKey = entryKey.length > Limits.KEY_BYTES_MAX;
    return new TableException(
        Reason.ENTRY_TOO_LARGE,
        "the row "
            + key
            + " would have an entry in the index "
            + index.name()
            + " whose "
            + (isKey ? "key has " + entryKey.length : "value has " + value.length)
            + " bytes, and not more than "
            + (isKey ? Limits.KEY_BYTES_MAX : Limits.VALUE_BYTES_MAX)
            + " are possible; give the row less there, or let the index take a part of it");
  }

  /** The values of a condition, as they are in the index. */
  Tuple wanted(Tuple condition) {
    return kinds.wanted(condition, "the index " + index.name());
  }

  /** The values in the columns of the index. */
  Tuple values(byte[] entryKey) {
    return Layout.part(place.unpack(entryKey), 0, shape.columns());
  }

  /**
   * The primary key that the value of an entry of a unique index has.
   *
   * @throws TableException {@code CORRUPT} when it has none
   */
  static Tuple ownerOf(byte[] value) {
    try {
      Tuple owner = Tuple.fromBytes(value).getNestedTuple(0);
      if (owner != null) {
        return owner;
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException e) {
      throw corrupt("an entry has the value " + Bytes.copyOf(value).printable(60));
    }
    throw corrupt("an entry has no primary key");
  }

  private static TableException corrupt(String what) {
    return new TableException(Reason.CORRUPT, what + ", which leads to no row");
  }

  /**
   * The primary key to which an entry leads.
   *
   * @throws TableException {@code CORRUPT} when it is no entry of the index
   */
  Tuple keyOf(KeyValue entry) {
    if (shape.unique()) {
      return ownerOf(entry.getValue());
    }
    try {
      Tuple all = place.unpack(entry.getKey());
      return Layout.part(all, shape.columns(), all.size());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw corrupt(
          "the index "
              + index.name()
              + " has the entry "
              + Bytes.copyOf(entry.getKey()).printable(60));
    }
  }

  Tuple coveredOf(KeyValue entry) {
    if (shape.unique()) {
      return Tuple.fromBytes(entry.getValue()).getNestedTuple(1);
    }
    return Tuple.fromBytes(entry.getValue());
  }
}
