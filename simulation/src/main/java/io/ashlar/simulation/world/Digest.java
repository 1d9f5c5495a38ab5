package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * A running 128-bit hash of all that was delivered: two runs with the same digest did the same. Not
 * cryptographic; its own code, so that it is the same on every JDK.
 */
public final class Digest {
  /** Eight bytes at once, the first one highest. */
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private long first = 0x6A09E667F3BCC908L;
  private long second = 0xBB67AE8584CAA73BL;
  private long count;

  public void add(long value) {
    count++;
    first = mix(first ^ value);
    second = mix(second + Long.rotateLeft(value, 32) + 0x9E3779B97F4A7C15L);
  }

  public void add(Bytes bytes) {
    add(hash(bytes.unsafeArray(), bytes.length()));
  }

  /** The values added so far. */
  public long count() {
    return count;
  }

  /** Thirty-two hexadecimal digits. */
  public String hex() {
    return String.format(Locale.ROOT, "%016x%016x", mix(first + count), mix(second ^ first));
  }

  static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** A hash of the first {@code length} bytes, with their number. */
  static long hash(byte[] array, int length) {
    long h = mix(length + 0x9E3779B97F4A7C15L);
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      h = (h ^ (long) WORDS.get(array, i)) * 0x9E3779B97F4A7C15L;
      h ^= h >>> 29;
    }
    for (; i < length; i++) {
      h = (h ^ array[i] & 0xff) * 0x9E3779B97F4A7C15L;
      h ^= h >>> 32;
    }
    return mix(h);
  }
}
