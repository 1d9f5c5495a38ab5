package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import java.util.zip.CRC32C;

/**
 * A file beside the engine which says how far the engine has made things durable. The log forgets
 * what is durable; so an engine that is behind its mark has been lost, or is an older copy, and
 * going on with it would hide that for ever.
 */
final class EngineMark {
  private static final String FILE = "stored";
  private static final int MAGIC = 0x41455331; // "AES1"
  private static final int CHECKED_BYTES = 12;

  private final Disk disk;
  private final Uid storageId;

  EngineMark(Disk disk, Uid storageId) {
    this.disk = disk;
    this.storageId = storageId;
  }

  /**
   * Compares the engine with the mark.
   *
   * @param onGood runs when the engine is not behind it
   */
  void check(EngineState state, Runnable onGood) {
    disk.read(
        FILE,
        content -> {
          long marked = content == null ? 0 : decode(content);
          if (state.storedVersion() < marked) {
            throw new AshlarException(
                ErrorCode.FILE_CORRUPT,
                "the engine "
                    + storageId
                    + (state.equals(EngineState.NEW)
                        ? " is empty"
                        : " is at version " + state.storedVersion())
                    + ", and had stored version "
                    + marked
                    + ", which the log keeps no more: its files were lost, or are an older copy;"
                    + " restore them from a newer one");
          }
          onGood.run();
        });
  }

  /**
   * Before the log is told to forget what is durable.
   *
   * @param version of the engine that is durable
   * @param onSet runs when the mark is
   */
  void set(long version, Runnable onSet) {
    disk.replace(FILE, encode(version), onSet);
  }

  private static Bytes encode(long version) {
    ByteWriter to = new ByteWriter(CHECKED_BYTES + Integer.BYTES).putInt(MAGIC).putLong(version);
    return to.putInt(checksum(to.toBytes())).toBytes();
  }

  private long decode(Bytes content) {
    try {
      ByteReader from = new ByteReader(content);
      int magic = from.getInt();
      long version = from.getLong();
      int checksum = from.getInt();
      from.expectEnd();
      if (magic == MAGIC && checksum == checksum(content.slice(0, CHECKED_BYTES))) {
        return version;
      }
    } catch (MalformedException e) {
      throw corrupt(e);
    }
    throw corrupt(null);
  }

  private AshlarException corrupt(MalformedException cause) {
    return new AshlarException(
        ErrorCode.FILE_CORRUPT,
        "the file " + FILE + " of storage server " + storageId + " is corrupt; restore it",
        cause);
  }

  private static int checksum(Bytes bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.toArray());
    return (int) crc.getValue();
  }
}
