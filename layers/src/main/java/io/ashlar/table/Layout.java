package io.ashlar.table;

import io.ashlar.client.Range;
import io.ashlar.core.Bytes;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.Arrays;

/**
 * Where what is: below 0 the rows, by primary key; below 1 and the id of an index its entries; at 2
 * the {@link TableSchema}; below 3 and the id of an index how far its building has come.
 *
 * <p>An entry of an index that is not unique is at the values and then the primary key, and has the
 * covered values. One of a unique index is at the values alone, and has the primary key and the
 * covered values: so two rows with the same values meet at one key.
 */
final class Layout {
  private final Subspace rows;
  private final Subspace entries;
  private final byte[] schema;
  private final Subspace builds;

  Layout(Subspace place) {
    rows = place.get(0L);
    entries = place.get(1L);
    schema = place.pack(2L);
    builds = place.get(3L);
  }

  byte[] schemaKey() {
    return schema.clone();
  }

  Subspace rows() {
    return rows;
  }

  byte[] rowKey(Tuple key) {
    return rows.pack(key);
  }

  Tuple keyOfRow(byte[] rowKey) {
    try {
      return rows.unpack(rowKey);
    } catch (IllegalArgumentException e) {
      throw new TableException(
          Reason.CORRUPT,
          "at " + Bytes.copyOf(rowKey).printable(60) + " is no row: " + e.getMessage());
    }
  }

  Subspace entries(long index) {
    return entries.get(index);
  }

  byte[] buildKey(long index) {
    return builds.pack(index);
  }

  /** All keys below a subspace, that itself included. */
  static Range all(Subspace subspace) {
    return Range.startsWith(subspace.getKey());
  }

  /** The first key behind {@code key}. */
  static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /**
   * Behind the keys of all tuples that begin with the one at {@code key}. Not simply all keys with
   * that prefix: a text goes on with this byte after its end when it has a zero there.
   */
  static byte[] behind(byte[] key) {
    byte[] behind = Arrays.copyOf(key, key.length + 1);
    behind[key.length] = (byte) 0xff;
    return behind;
  }

  static Tuple concat(Tuple first, Tuple second) {
    return first.addAll(second);
  }

  /** A part of a tuple, from one place up to another. */
  static Tuple part(Tuple tuple, int from, int to) {
    return Tuple.fromList(tuple.getItems().subList(from, to));
  }
}
