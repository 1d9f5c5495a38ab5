package io.ashlar.core;

import java.util.Arrays;

/**
 * Builds a byte string: the writing half of every encoding of ours. Whole numbers are big endian or
 * unsigned LEB128 ("varint"); byte strings are a varint length and their bytes. Not thread-safe.
 */
public final class ByteWriter {
  private byte[] buffer;
  private int size;

  public ByteWriter(int capacity) {
    buffer = new byte[Math.max(16, capacity)];
  }

  private void ensure(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(size + more, buffer.length * 2));
    }
  }

  public int size() {
    return size;
  }

  public ByteWriter putByte(int value) {
    ensure(1);
    buffer[size++] = (byte) value;
    return this;
  }

  public ByteWriter putInt(int value) {
    ensure(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  public ByteWriter putLong(long value) {
    ensure(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** An unsigned number in one byte for each seven bits; negative ones take ten. */
  public ByteWriter putVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
    return this;
  }

  /** The bytes alone, without a length. */
  public ByteWriter putRaw(byte[] bytes, int from, int length) {
    ensure(length);
    System.arraycopy(bytes, from, buffer, size, length);
    size += length;
    return this;
  }

  public ByteWriter putRaw(Bytes bytes) {
    return putRaw(bytes.unsafeArray(), 0, bytes.length());
  }

  /** A varint length and the bytes. */
  public ByteWriter putBytes(Bytes bytes) {
    putVarint(bytes.length());
    return putRaw(bytes);
  }

  /** A {@link #putBytes} of the UTF-8 encoding. */
  public ByteWriter putString(String text) {
    return putBytes(Bytes.utf8(text));
  }

  public ByteWriter putUid(Uid uid) {
    return putLong(uid.high()).putLong(uid.low());
  }

  /** A copy of what was written. */
  public Bytes toBytes() {
    return Bytes.copyOf(buffer, 0, size);
  }

  /** Forgets what was written and keeps the buffer. */
  public void clear() {
    size = 0;
  }

  /** The buffer itself, of which the first {@link #size()} bytes are written. */
  public byte[] unsafeBuffer() {
    return buffer;
  }
}
