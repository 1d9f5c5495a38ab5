package io.ashlar.simulation.check;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;

/**
 * The place of a transaction in the serial order: its versionstamp.
 *
 * @param version of the commit
 * @param batchIndex of the transaction among those of that version, 0 to 65,535
 */
public record Stamp(long version, int batchIndex) implements Comparable<Stamp> {
  /** Behind every transaction of a version: where a read at that version stands. */
  static final int AFTER_ALL = Integer.MAX_VALUE;

  /** Reads ten bytes, big endian. */
  public static Stamp of(Bytes ten) {
    ByteReader reader = new ByteReader(ten);
    return new Stamp(reader.getLong(), reader.getByte() << 8 | reader.getByte());
  }

  /** Ten bytes, big endian. */
  public Bytes toBytes() {
    return new ByteWriter(10)
        .putLong(version)
        .putByte(batchIndex >>> 8)
        .putByte(batchIndex & 0xff)
        .toBytes();
  }

  @Override
  public int compareTo(Stamp other) {
    int byVersion = Long.compare(version, other.version);
    return byVersion != 0 ? byVersion : Integer.compare(batchIndex, other.batchIndex);
  }

  @Override
  public String toString() {
    return version + (batchIndex == AFTER_ALL ? "" : "." + batchIndex);
  }
}
