package io.ashlar.resolver;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A key to look for, where it lies: {@code array[from, from + length)}. One object serves many
 * keys, one after the other.
 */
final class SearchKey {
  /** Bytes of a key that its {@link #head} holds. */
  static final int HEAD_BYTES = 7;

  /** The bits of a head that hold the number of its bytes. */
  private static final int LENGTH_BITS = 4;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** By the number of bytes that are left of a key: which bits of the next eight are its own. */
  private static final long[] MASKS = new long[HEAD_BYTES + 2];

  static {
    for (int length = 1; length <= HEAD_BYTES; length++) {
      MASKS[length] = -1L << (Long.SIZE - 8 * length);
    }
    MASKS[HEAD_BYTES + 1] = MASKS[HEAD_BYTES];
  }

  byte[] array = new byte[0];
  int from;
  int length;
  private byte[] scratch = new byte[64];

  void set(byte[] keyArray, int keyFrom, int keyLength) {
    array = keyArray;
    from = keyFrom;
    length = keyLength;
  }

  /** The first key after {@code key}: itself and a zero byte, in an array of this object's own. */
  void setAfter(byte[] keyArray, int keyFrom, int keyLength) {
    if (scratch.length <= keyLength) {
      scratch = new byte[2 * keyLength];
    }
    System.arraycopy(keyArray, keyFrom, scratch, 0, keyLength);
    scratch[keyLength] = 0;
    set(scratch, 0, keyLength + 1);
  }

  byte[] copy() {
    return Arrays.copyOfRange(array, from, from + length);
  }

  boolean equalTo(byte[] key) {
    return Arrays.equals(array, from, from + length, key, 0, key.length);
  }

  long head(int skip) {
    return head(array, from + skip, length - skip);
  }

  /**
   * The first seven bytes of {@code array[from, from + length)}, padded with zeros, and their
   * number or 8 when there are more: a number in the order of the byte strings, and small enough
   * that the difference of two is in the same order. Two that are equal and whose length is at most
   * 7 are of equal strings; of longer strings only the first seven bytes are known to be equal.
   */
  static long head(byte[] array, int from, int length) {
    int left = Math.min(length, HEAD_BYTES + 1);
    return (word(array, from) & MASKS[left]) >>> LENGTH_BITS | left;
  }

  /** How many bytes a head stands for; above {@link #HEAD_BYTES} when it does not hold them all. */
  static int headLength(long head) {
    return (int) head & (1 << LENGTH_BITS) - 1;
  }

  /** Writes the bytes that a head holds. */
  static void putHead(long head, byte[] to, int at) {
    long bytes = head << LENGTH_BITS;
    for (int i = 0; i < Math.min(headLength(head), HEAD_BYTES); i++) {
      to[at + i] = (byte) (bytes >>> (Long.SIZE - 8 - 8 * i));
    }
  }

  /** Eight bytes, those beyond the array's end zero. */
  private static long word(byte[] array, int from) {
    if (from + Long.BYTES <= array.length) {
      return (long) LONGS.get(array, from);
    }
    if (array.length >= Long.BYTES && from < array.length) {
      int missing = from + Long.BYTES - array.length;
      return (long) LONGS.get(array, array.length - Long.BYTES) << 8 * missing;
    }
    long word = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      word = word << 8 | (from + i < array.length ? array[from + i] & 0xff : 0);
    }
    return word;
  }
}
