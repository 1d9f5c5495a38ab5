package io.ashlar.table;

import io.ashlar.tuple.Tuple;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows that are Java records, encoded as a tuple of the names and values of their components.
 *
 * <p>Components are of primitive types but {@code char}, their classes, {@code String}, {@code
 * byte[]}, {@code UUID}, {@code BigInteger}, enums, records of such, and {@code List}s of such. All
 * but primitives may be null. No record has one of its own class within it, at any depth.
 *
 * <p>A component may be added: rows from before have null in it, or 0, or false. An integer may
 * become one of more bits, as {@code int} a {@code long}. Both are so for the table once {@code
 * create} was called. Constants may be added to an enum. A row with a number or a constant that
 * this program does not have is refused ({@code INCOMPATIBLE}). All else is refused, such as a
 * {@code long} that becomes a {@code Long}, since null is not 0: add a component with another name.
 * One that is taken away makes its program one that can only read. Thread-safe.
 */
public final class RecordCodec<R extends Record> implements RowCodec<R> {
  private final Class<R> type;
  private final RecordShape shape;
  private final SortedMap<String, String> components;

  private RecordCodec(Class<R> type) {
    this.type = type;
    this.shape = RecordShape.of(type, Set.of());
    SortedMap<String, String> found = new TreeMap<>();
    shape.describe("", found);
    this.components = Collections.unmodifiableSortedMap(found);
  }

  /**
   * A codec for {@code type}.
   *
   * @throws IllegalArgumentException when a component is of a type that is not known here, or of
   *     one that has the record itself within it
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
    return toTuple(row).pack();
  }

  @Override
  public R decode(byte[] bytes) {
    return fromTuple(Tuple.fromBytes(bytes));
  }

  /**
   * A row as names and values of its components in turn, without those that are null: for other
   * encodings. Records within it are tuples of the same kind, lists are lists.
   */
  public Tuple toTuple(R row) {
    return shape.toTuple(row);
  }

  /**
   * The opposite of {@link #toTuple}. Records within it may be lists too.
   *
   * @throws IllegalArgumentException when a component has a value of another type
   */
  public R fromTuple(Tuple tuple) {
    return type.cast(shape.fromTuple(tuple));
  }
}
