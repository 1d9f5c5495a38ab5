package io.ashlar.kv;

import io.ashlar.core.Bytes;
import io.ashlar.tuple.Tuple;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Turns keys or values into bytes and back. Keys are ordered by their bytes; of two codecs of keys
 * only one may be used for the same store. Implementations are thread-safe.
 */
public interface Codec<T> {
  /**
   * The bytes of a value.
   *
   * @return a new array
   * @throws IllegalArgumentException when the value has no encoding
   */
  byte[] encode(T value);

  /** The opposite of {@link #encode}; the array is the codec's own. */
  T decode(byte[] bytes);

  /**
   * Where a scan by prefix ends: what begins with a value is encoded from the bytes of that on, and
   * before these, and nothing else is encoded in between.
   *
   * @param prefix the bytes of that value
   * @return null when all bytes that begin with {@code prefix} are meant, as is usual
   */
  default byte[] endOfPrefix(byte[] prefix) {
    return null;
  }

  /**
   * Bytes as they are, copied. A store takes arrays with the same content for the same key, which a
   * {@link java.util.Map} does not.
   */
  static Codec<byte[]> bytes() {
    return of(byte[]::clone, bytes -> bytes);
  }

  /**
   * Text as UTF-8. Ordered by code points; the prefix of a text is that of its bytes. A surrogate
   * without its partner has no encoding, nor have other bytes a text: {@link
   * IllegalArgumentException}.
   */
  static Codec<String> utf8() {
    return of(Codec::encodeUtf8, Codec::decodeUtf8);
  }

  private static byte[] encodeUtf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the text has a surrogate without its partner, which UTF-8 has no bytes for", e);
    }
  }

  private static String decodeUtf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "not UTF-8, written with another codec perhaps: " + Bytes.copyOf(bytes).printable(60), e);
    }
  }

  /** Tuples, ordered as they are; a tuple of the first elements is a prefix. */
  static Codec<Tuple> tuples() {
    return new Codec<>() {
      @Override
      public byte[] encode(Tuple value) {
        return value.pack();
      }

      @Override
      public Tuple decode(byte[] bytes) {
        return Tuple.fromBytes(bytes);
      }

      /** A text, bytes or a tuple goes on with 0xff behind its end where it has a zero there. */
      @Override
      public byte[] endOfPrefix(byte[] prefix) {
        byte[] end = Arrays.copyOf(prefix, prefix.length + 1);
        end[prefix.length] = (byte) 0xff;
        return end;
      }
    };
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
