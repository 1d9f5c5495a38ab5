package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import java.util.Arrays;

/**
 * The keys from {@link #begin}, inclusive, to {@link #end}, exclusive.
 *
 * <p>A range may end before it begins: to read it gives no rows, to clear it or to add it as a
 * conflict range is {@code inverted_range} (2005).
 */
public final class Range {
  /** The array itself. */
  public final byte[] begin;

  /** The array itself. */
  public final byte[] end;

  /** Takes both arrays as they are. */
  public Range(byte[] begin, byte[] end) {
    this.begin = begin;
    this.end = end;
  }

  /**
   * All keys that begin with {@code prefix}, itself included.
   *
   * @throws IllegalArgumentException when no key is after them: the prefix is empty or all 0xff
   */
  public static Range startsWith(byte[] prefix) {
    return new Range(prefix.clone(), Keys.afterPrefix(Bytes.copyOf(prefix)).toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Range range
        && Arrays.equals(begin, range.begin)
        && Arrays.equals(end, range.end);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(begin) + Arrays.hashCode(end);
  }

  @Override
  public String toString() {
    return "[" + Bytes.copyOf(begin) + ", " + Bytes.copyOf(end) + ")";
  }
}
