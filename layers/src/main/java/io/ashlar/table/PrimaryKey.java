package io.ashlar.table;

import io.ashlar.tuple.Tuple;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/**
 * How the primary key of a row is told in columns, and back. Rows are ordered by the columns.
 *
 * @param <K> with {@code equals}, if it is to be compared
 */
public final class PrimaryKey<K> {
  private final int columns;
  private final Function<K, Tuple> encode;
  private final Function<Tuple, K> decode;

  private PrimaryKey(int columns, Function<K, Tuple> encode, Function<Tuple, K> decode) {
    this.columns = columns;
    this.encode = encode;
    this.decode = decode;
  }

  /**
   * Of several columns.
   *
   * @param columns how many elements each tuple has, at least one
   * @param encode one tuple for one key, the same for equal keys
   * @param decode the opposite
   */
  public static <K> PrimaryKey<K> of(
      int columns, Function<K, Tuple> encode, Function<Tuple, K> decode) {
    if (columns < 1) {
      throw new IllegalArgumentException("a primary key has at least one column, not " + columns);
    }
    Objects.requireNonNull(encode, "the function to tuples is null");
    Objects.requireNonNull(decode, "the function from tuples is null");
    return new PrimaryKey<>(columns, encode, decode);
  }

  /** Of one number, ordered as numbers are. */
  public static PrimaryKey<Long> longs() {
    return of(1, key -> Tuple.from(key), tuple -> tuple.getLong(0));
  }

  /** Of one text, ordered by code points. */
  public static PrimaryKey<String> strings() {
    return of(1, key -> Tuple.from(key), tuple -> tuple.getString(0));
  }

  /**
   * Of one UUID, ordered as it is written: by unsigned bytes, and not as {@link UUID#compareTo}.
   */
  public static PrimaryKey<UUID> uuids() {
    return of(1, key -> Tuple.from(key), tuple -> tuple.getUUID(0));
  }

  /** Tuples as they are, with so many elements. */
  public static PrimaryKey<Tuple> tuples(int columns) {
    return of(columns, key -> key, tuple -> tuple);
  }

  int columns() {
    return columns;
  }

  Tuple encode(K key) {
    Tuple tuple = encode.apply(Objects.requireNonNull(key, "the key is null"));
    if (tuple.size() != columns) {
      throw new IllegalArgumentException(
          "a primary key has " + columns + " columns here, not " + tuple.size() + ": " + tuple);
    }
    return tuple;
  }

  K decode(Tuple tuple) {
    return decode.apply(tuple);
  }
}
