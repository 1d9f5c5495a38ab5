package io.ashlar.core;

/**
 * Reads what {@link ByteWriter} wrote. Every method fails with {@link MalformedException} instead
 * of reading past the end, so that no bytes from outside can do more than be refused. Not
 * thread-safe.
 */
public final class ByteReader {
  private final byte[] array;
  private final int end;
  private int position;

  public ByteReader(Bytes bytes) {
    this(bytes.unsafeArray(), 0, bytes.length());
  }

  public ByteReader(byte[] array, int from, int length) {
    this.array = array;
    this.position = from;
    this.end = from + length;
  }

  public int position() {
    return position;
  }

  public int remaining() {
    return end - position;
  }

  public boolean hasRemaining() {
    return position < end;
  }

  private void need(int count) {
    if (count < 0 || end - position < count) {
      throw new MalformedException(
          "needs " + count + " bytes where " + (end - position) + " are left");
    }
  }

  public int getByte() {
    need(1);
    return array[position++] & 0xff;
  }

  public int getInt() {
    need(4);
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value = value << 8 | array[position++] & 0xff;
    }
    return value;
  }

  public long getLong() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | array[position++] & 0xff;
    }
    return value;
  }

  /**
   * The shortest form only: were there two for one number, two readers of different care could
   * disagree about the same bytes.
   */
  public long getVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = getByte();
      if (shift == 63 && b > 1) {
        break;
      }
      if (b == 0 && shift > 0) {
        throw new MalformedException("a varint with zeroes at its end");
      }
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a varint of more than 64 bits");
  }

  /** A varint that is a count or a length: at most what an int holds. */
  public int getCount() {
    long value = getVarint();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new MalformedException("a count out of range: " + value);
    }
    return (int) value;
  }

  public Bytes getRaw(int length) {
    need(length);
    Bytes bytes = Bytes.copyOf(array, position, position + length);
    position += length;
    return bytes;
  }

  public void skip(int length) {
    need(length);
    position += length;
  }

  public Bytes getBytes() {
    return getRaw(getCount());
  }

  public String getString() {
    return getBytes().utf8();
  }

  public Uid getUid() {
    return new Uid(getLong(), getLong());
  }

  /** Fails unless everything was read. */
  public void expectEnd() {
    if (position != end) {
      throw new MalformedException((end - position) + " bytes too many");
    }
  }
}
