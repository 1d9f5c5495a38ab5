package io.ashlar.proxy;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.MutationType;

/**
 * Fills in versionstamps: eight bytes of commit version and two of batch index, big endian, into
 * the hole of a key or value whose place its last four bytes give, little endian. Pure; always on a
 * copy, since what the client sent may be shared.
 */
final class Versionstamps {
  static final int STAMP_BYTES = 10;
  static final int POSITION_BYTES = 4;

  private Versionstamps() {}

  /** A transaction's mutations with their stamps, and the conflicts the stamped keys add. */
  record Stamped(Bytes mutations, Bytes writeConflicts) {}

  /**
   * The place of the hole in the parameter {@code array[at, at + length)}, or -1 when its last four
   * bytes do not name one that lies inside.
   */
  static int holeOf(byte[] array, int at, int length) {
    if (length < STAMP_BYTES + POSITION_BYTES) {
      return -1;
    }
    int end = at + length;
    int hole =
        (array[end - 4] & 0xff)
            | (array[end - 3] & 0xff) << 8
            | (array[end - 2] & 0xff) << 16
            | (array[end - 1] & 0xff) << 24;
    return hole >= 0 && hole <= length - POSITION_BYTES - STAMP_BYTES ? hole : -1;
  }

  /** The parameter without its position, with the stamp in its hole. */
  static Bytes fill(byte[] array, int at, int length, long version, int batchIndex) {
    byte[] filled = new byte[length - POSITION_BYTES];
    System.arraycopy(array, at, filled, 0, filled.length);
    int hole = holeOf(array, at, length);
    for (int i = 0; i < 8; i++) {
      filled[hole + i] = (byte) (version >>> (56 - 8 * i));
    }
    filled[hole + 8] = (byte) (batchIndex >>> 8);
    filled[hole + 9] = (byte) batchIndex;
    return Bytes.wrap(filled);
  }

  /** Makes plain sets of the versionstamped mutations, whose holes have been checked. */
  static Stamped stamp(Bytes mutations, Bytes writeConflicts, long version, int batchIndex) {
    ByteWriter stamped = new ByteWriter(mutations.length());
    ByteWriter conflicts = new ByteWriter(writeConflicts.length() + 64).putRaw(writeConflicts);
    MutationCursor cursor = new MutationCursor(mutations);
    while (cursor.next()) {
      byte[] array = cursor.array();
      if (cursor.typeCode() == MutationType.SET_VERSIONSTAMPED_KEY.code()) {
        Bytes key = fill(array, cursor.firstAt(), cursor.firstLength(), version, batchIndex);
        stamped.putByte(MutationType.SET.code()).putBytes(key).putBytes(cursor.second());
        KeyRanges.encode(KeyRange.ofKey(key), conflicts);
      } else if (cursor.typeCode() == MutationType.SET_VERSIONSTAMPED_VALUE.code()) {
        Bytes value = fill(array, cursor.secondAt(), cursor.secondLength(), version, batchIndex);
        stamped.putByte(MutationType.SET.code()).putBytes(cursor.first()).putBytes(value);
      } else {
        stamped.putRaw(array, cursor.at(), cursor.length());
      }
    }
    return new Stamped(stamped.toBytes(), conflicts.toBytes());
  }
}
