package io.ashlar.core;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable string of bytes, ordered as unsigned bytes, shorter first on a common prefix: the
 * order of keys.
 *
 * <p>Safe to share between threads. {@link #wrap} takes ownership of the array it is given: who
 * wraps an array never writes to it again.
 */
public final class Bytes implements Comparable<Bytes> {
  /** The empty string: the first key. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** An odd number without a pattern: 2^64 divided by the golden ratio. */
  private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Wraps {@code array} without copying; the caller must not change it afterwards. */
  public static Bytes wrap(byte[] array) {
    return array.length == 0 && EMPTY != null ? EMPTY : new Bytes(array);
  }

  /** Copies {@code array}. */
  public static Bytes copyOf(byte[] array) {
    return wrap(Objects.requireNonNull(array, "a key or value is null").clone());
  }

  /** Copies {@code array[from, to)}. */
  public static Bytes copyOf(byte[] array, int from, int to) {
    return wrap(Arrays.copyOfRange(array, from, to));
  }

  /** The UTF-8 encoding of {@code text}. */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Each argument is one byte, 0 to 255. */
  public static Bytes of(int... unsigned) {
    byte[] array = new byte[unsigned.length];
    for (int i = 0; i < unsigned.length; i++) {
      Check.that(unsigned[i] >= 0 && unsigned[i] <= 255, "not a byte: ", unsigned[i]);
      array[i] = (byte) unsigned[i];
    }
    return wrap(array);
  }

  public int length() {
    return array.length;
  }

  public boolean isEmpty() {
    return array.length == 0;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return array[index] & 0xff;
  }

  /** The bytes themselves, not a copy: read only. For hot paths and codecs. */
  public byte[] unsafeArray() {
    return array;
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return array.clone();
  }

  public Bytes concat(Bytes tail) {
    if (tail.isEmpty()) {
      return this;
    }
    byte[] joined = Arrays.copyOf(array, array.length + tail.array.length);
    System.arraycopy(tail.array, 0, joined, array.length, tail.array.length);
    return wrap(joined);
  }

  /** The bytes of {@code [from, to)}. */
  public Bytes slice(int from, int to) {
    return from == 0 && to == array.length ? this : copyOf(array, from, to);
  }

  public boolean startsWith(Bytes prefix) {
    int n = prefix.array.length;
    return array.length >= n && Arrays.equals(array, 0, n, prefix.array, 0, n);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(array, other.array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes b && Arrays.equals(array, b.array);
  }

  /** Takes eight bytes in a step: keys are hashed on every read. */
  @Override
  public int hashCode() {
    int n = array.length;
    long hash = n;
    int at = 0;
    for (; at <= n - Long.BYTES; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(array, at)) * HASH_FACTOR;
      hash ^= hash >>> 32;
    }
    for (; at < n; at++) {
      hash = (hash ^ array[at]) * HASH_FACTOR;
    }
    return (int) (hash ^ hash >>> 32);
  }

  public String utf8() {
    return new String(array, StandardCharsets.UTF_8);
  }

  /**
   * The bytes as printable ASCII, all others and the backslash as {@code \xNN}: the notation of the
   * shell, of error messages and of traces.
   */
  @Override
  public String toString() {
    return printable(Integer.MAX_VALUE);
  }

  /** As {@link #toString()}, cut after {@code bytesMax} bytes with the full length appended. */
  public String printable(int bytesMax) {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(array.length, bytesMax);
    for (int i = 0; i < shown; i++) {
      int b = array[i] & 0xff;
      if (b >= 0x20 && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x");
        text.append(Character.forDigit(b >> 4, 16));
        text.append(Character.forDigit(b & 15, 16));
      }
    }
    if (shown < array.length) {
      text.append("… (").append(array.length).append(" bytes)");
    }
    return text.toString();
  }

  /**
   * Bytes from the notation of {@link #toString()}: each {@code \xNN} is one byte, all else its
   * encoding in UTF-8.
   *
   * @throws IllegalArgumentException with words for people, when a backslash begins no {@code \xNN}
   */
  public static Bytes parse(String printed) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(printed.length());
    int at = 0;
    while (at < printed.length()) {
      int escape = printed.indexOf('\\', at);
      int end = escape < 0 ? printed.length() : escape;
      bytes.writeBytes(printed.substring(at, end).getBytes(StandardCharsets.UTF_8));
      at = end;
      if (escape >= 0) {
        int high = digit(printed, escape + 2);
        int low = digit(printed, escape + 3);
        if (high < 0 || low < 0 || printed.charAt(escape + 1) != 'x') {
          throw new IllegalArgumentException(
              "a backslash must begin a byte as two hexadecimal digits, as in \\x0a or \\x5c");
        }
        bytes.write(high << 4 | low);
        at = escape + 4;
      }
    }
    return new Bytes(bytes.toByteArray());
  }

  private static int digit(String text, int at) {
    return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
  }
}
