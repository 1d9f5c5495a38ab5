package io.ashlar.table;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * Turns rows into bytes and back. A row must be the same, as far as indexes can tell, when it comes
 * back. Implementations are thread-safe. There are {@link RecordCodec} for Java records, {@link
 * io.ashlar.table.cbor.CborCodec} for the same as CBOR, and {@link
 * io.ashlar.table.protobuf.ProtobufCodec} for messages of protobuf.
 */
public interface RowCodec<V> {
  /**
   * Names the encoding; kept in the table, so that nobody reads its rows with another one. The same
   * for all versions of the encoding that understand each other.
   */
  String name();

  /**
   * The components of a row by name, with what they hold; empty when the codec cannot tell. Kept in
   * the table: a component that changes what it holds is refused, and so is a process that lacks
   * one, because it would lose what is in it.
   *
   * <p>What a component holds is a text. It may end with {@code of 32 bits}, or with all constants,
   * as in {@code of {A, B}}, and then with {@code or none}. More bits, or more constants, are what
   * a component may get: {@link Table#create} lets the table have them, and from then on a program
   * with less there can only read, and one with more there can only read until then. So where all
   * else is equal the wider one has to read what the narrower one has written. Whether there may be
   * none never changes.
   */
  SortedMap<String, String> components();

  /**
   * The bytes of a row, which are copied.
   *
   * @throws IllegalArgumentException when the row has no encoding
   */
  byte[] encode(V row);

  /**
   * The opposite of {@link #encode}; the array is the codec's own.
   *
   * @throws IllegalArgumentException when the bytes are no row
   * @throws TableException {@code INCOMPATIBLE} when they are one that holds more than there is
   *     room for in this program, such as a number of more bits, which must not become another one
   */
  V decode(byte[] bytes);

  /** Of two functions, whose encoding takes care of its own changes. */
  static <V> RowCodec<V> of(String name, Function<V, byte[]> encode, Function<byte[], V> decode) {
    Objects.requireNonNull(name, "the name is null");
    Objects.requireNonNull(encode, "the function to bytes is null");
    Objects.requireNonNull(decode, "the function from bytes is null");
    return new RowCodec<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public SortedMap<String, String> components() {
        return Collections.emptySortedMap();
      }

      @Override
      public byte[] encode(V row) {
        return encode.apply(row);
      }

      @Override
      public V decode(byte[] bytes) {
        return decode.apply(bytes);
      }
    };
  }
}
