package io.ashlar.simulation.workload;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;

/** Numbers in keys and values. */
final class Encoding {
  private static final int STAMP_BYTES = 10;

  private Encoding() {}

  /** Eight bytes big endian after a prefix: keys in the order of their numbers. */
  static byte[] key(String prefix, long number) {
    return key(prefix, number, new byte[0]);
  }

  static byte[] key(String prefix, long number, byte[] tail) {
    return new ByteWriter(32)
        .putRaw(Bytes.utf8(prefix))
        .putLong(number)
        .putRaw(Bytes.wrap(tail))
        .toBytes()
        .unsafeArray();
  }

  /** The number of a key of {@link #key}. */
  static long number(String prefix, byte[] key) {
    ByteReader reader = new ByteReader(Bytes.wrap(key));
    reader.skip(prefix.length());
    return reader.getLong();
  }

  static byte[] bigEndian(long number) {
    return new ByteWriter(8).putLong(number).toBytes().unsafeArray();
  }

  static long bigEndian(byte[] eight) {
    return new ByteReader(Bytes.wrap(eight)).getLong();
  }

  static byte[] littleEndian(long number) {
    return bigEndian(Long.reverseBytes(number));
  }

  static long littleEndian(byte[] eight) {
    return Long.reverseBytes(bigEndian(eight));
  }

  /** A versionstamped value that is nothing but the stamp. */
  static byte[] stampedValue() {
    return new byte[STAMP_BYTES + Integer.BYTES];
  }

  /** A versionstamped key: a key with a number, the stamp, and another number. */
  static byte[] stampedKey(String prefix, long number, long tail) {
    int position = prefix.length() + Long.BYTES;
    return new ByteWriter(64)
        .putRaw(Bytes.utf8(prefix))
        .putLong(number)
        .putRaw(Bytes.wrap(new byte[STAMP_BYTES]))
        .putLong(tail)
        .putInt(Integer.reverseBytes(position))
        .toBytes()
        .unsafeArray();
  }
}
