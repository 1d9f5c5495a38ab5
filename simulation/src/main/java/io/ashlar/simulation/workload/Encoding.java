package io.ashlar.simulation.workload;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;

/** Numbers in values. */
final class Encoding {
  static final int STAMP_BYTES = 10;

  private Encoding() {}

  static byte[] bigEndian(long number) {
    return new ByteWriter(8).putLong(number).toBytes().toArray();
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
}
