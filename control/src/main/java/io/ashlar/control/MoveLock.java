package io.ashlar.control;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;

/**
 * Who may move shards: the row {@link io.ashlar.core.Keys#MOVE_LOCK}. Whoever begins writes itself
 * there; whoever then finds another there has been overtaken.
 *
 * @param epoch of the mover
 * @param owner drawn for it
 */
record MoveLock(long epoch, Uid owner) {
  private static final int ENCODING = 1;

  Bytes encode() {
    return new ByteWriter(32).putByte(ENCODING).putLong(epoch).putUid(owner).toBytes();
  }

  /** Reads what {@link #encode} wrote; null when it is something else, which is nobody's lock. */
  static MoveLock decodeOrNull(Bytes value) {
    ByteReader from = new ByteReader(value);
    try {
      if (from.getByte() != ENCODING) {
        return null;
      }
      MoveLock lock = new MoveLock(from.getLong(), from.getUid());
      from.expectEnd();
      return lock;
    } catch (MalformedException notALock) {
      return null;
    }
  }
}
