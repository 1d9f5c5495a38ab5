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
   */
  SortedMap<String, String> components();

  /** The bytes of a row, which are copied. */
  byte[] encode(V row);

  /**
   * The opposite of {@link #encode}; the array is the codec's own.
   *
   * @throws IllegalArgumentException when the bytes are no row
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
