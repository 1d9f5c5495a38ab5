package io.ashlar.resolver;

import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.core.MalformedException;

/**
 * Goes through encoded conflict ranges ({@link io.ashlar.core.KeyRanges}) where they lie, without
 * making an object for any. One cursor serves any number of encodings, one after the other. Not
 * thread-safe.
 *
 * <p>After {@link #next} said true the range is {@code array[beginFrom, beginFrom + beginLength)}
 * to {@code array[endFrom, endFrom + endLength)}, or, when {@link #isSingle}, the one key at its
 * begin.
 */
public final class RangeCursor {
  private byte[] array;
  private int position;
  private int beginFrom;
  private int beginLength;
  private int endFrom;
  private int endLength;

  /** Goes to before the first range of {@code encoded}. */
  public RangeCursor reset(Bytes encoded) {
    array = encoded.unsafeArray();
    position = 0;
    return this;
  }

  /**
   * Goes to the next range.
   *
   * @return false when there is none
   * @throws MalformedException when the bytes are not a range, or an end of it is longer than
   *     {@link Limits#RANGE_END_BYTES_MAX}
   */
  public boolean next() {
    if (position == array.length) {
      return false;
    }
    beginLength = length();
    beginFrom = position;
    position += beginLength;
    endLength = length();
    endFrom = position;
    position += endLength;
    return true;
  }

  /** Reads a length that the bytes after it suffice for. */
  private int length() {
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      if (position == array.length || shift > 14) {
        throw new MalformedException("no length at byte " + position + " of conflict ranges");
      }
      int b = array[position++];
      length |= (b & 0x7f) << shift;
      if (b == 0 && shift > 0) {
        throw new MalformedException("a length with zeroes at its end in conflict ranges");
      }
      if (b >= 0) {
        break;
      }
    }
    if (length > Limits.RANGE_END_BYTES_MAX) {
      throw new MalformedException("a conflict range's end of " + length + " bytes");
    }
    if (length > array.length - position) {
      throw new MalformedException("conflict ranges cut off in a key of " + length + " bytes");
    }
    return length;
  }

  /** What the positions refer to. */
  public byte[] array() {
    return array;
  }

  public int beginFrom() {
    return beginFrom;
  }

  public int beginLength() {
    return beginLength;
  }

  /** Whether the range is its begin alone. */
  public boolean isSingle() {
    return endLength == 0;
  }

  public int endFrom() {
    return endFrom;
  }

  public int endLength() {
    return endLength;
  }

  /** Whether no key is in the range: its begin is not before its end. */
  public boolean isEmpty() {
    return endLength != 0
        && java.util.Arrays.compareUnsigned(
                array, beginFrom, beginFrom + beginLength, array, endFrom, endFrom + endLength)
            >= 0;
  }
}
