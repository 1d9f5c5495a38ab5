package io.ashlar.table;

import io.ashlar.tuple.Tuple;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows that are Java records, encoded as a tuple of the names and values of their components.
 *
 * <p>Components are of primitive types but {@code char}, their classes, {@code String}, {@code
 * byte[]}, {@code UUID}, {@code BigInteger}, enums, records of such, and {@code List}s of such. All
 * but primitives may be null.
 *
 * <p>A component may be added: rows from before have null in it, or 0, or false; an integer may
 * become another one, as {@code int} a {@code long}; constants may be added to an enum. All else,
 * such as a component that is taken away, needs another table. Thread-safe.
 */
public final class RecordCodec<R extends Record> implements RowCodec<R> {
  private final Class<R> type;
  private final RecordShape shape;
  private final SortedMap<String, String> components;

  private RecordCodec(Class<R> type) {
    this.type = type;
    this.shape = RecordShape.of(type);
    SortedMap<String, String> found = new TreeMap<>();
    shape.describe("", found);
    this.components = Collections.unmodifiableSortedMap(found);
  }

  /**
   * A codec for {@code type}.
   *
   * @throws IllegalArgumentException when a component is of a type that is not known here
   */
  public static <R extends Record> RecordCodec<R> of(Class<R> type) {
    return new RecordCodec<>(Objects.requireNonNull(type, "the type is null"));
  }

  @Override
  public String name() {
    return "record";
  }

  @Override
  public SortedMap<String, String> components() {
    return components;
  }

  @Override
  public byte[] encode(R row) {
    return shape.toTuple(row).pack();
  }

  @Override
  public R decode(byte[] bytes) {
    return type.cast(shape.fromTuple(Tuple.fromBytes(bytes)));
  }
}
