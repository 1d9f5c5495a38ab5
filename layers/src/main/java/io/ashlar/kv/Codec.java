package io.ashlar.kv;

import io.ashlar.tuple.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Turns keys or values into bytes and back. Keys are ordered by their bytes; of two codecs of keys
 * only one may be used for the same store. Implementations are thread-safe.
 */
public interface Codec<T> {
  byte[] encode(T value);

  /** The opposite of {@link #encode}; the array is the codec's own. */
  T decode(byte[] bytes);

  /** Bytes as they are, copied. */
  static Codec<byte[]> bytes() {
    return of(byte[]::clone, bytes -> bytes);
  }

  /** Text as UTF-8. Ordered by code points; the prefix of a text is that of its bytes. */
  static Codec<String> utf8() {
    return of(
        text -> text.getBytes(StandardCharsets.UTF_8),
        bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Tuples, ordered as they are; a tuple of the first elements is a prefix. */
  static Codec<Tuple> tuples() {
    return of(Tuple::pack, Tuple::fromBytes);
  }

  /** Of two functions. */
  static <T> Codec<T> of(Function<T, byte[]> encode, Function<byte[], T> decode) {
    return new Codec<>() {
      @Override
      public byte[] encode(T value) {
        return encode.apply(value);
      }

      @Override
      public T decode(byte[] bytes) {
        return decode.apply(bytes);
      }
    };
  }
}
