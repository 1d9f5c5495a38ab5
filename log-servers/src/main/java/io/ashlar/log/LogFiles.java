package io.ashlar.log;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import java.util.zip.CRC32C;

/** Names and contents of a log server's small files; {@code docs/log-format.md} is the format. */
final class LogFiles {
  /** Written once, when the tail is copied and durable: its absence means "never finished". */
  static final String GENERATION = "generation";

  static final String LOCK = "lock";

  private static final String SEGMENT_PREFIX = "segment-";
  private static final int SEGMENT_DIGITS = 16;
  private static final int GENERATION_MAGIC = 0x414C4732; // "ALG2"

  /** Of files that do not say how tags are placed. */
  private static final int GENERATION_MAGIC_BEFORE_RINGS = 0x414C4731; // "ALG1"

  private static final int LOCK_MAGIC = 0x414C4C31; // "ALL1"

  private LogFiles() {}

  static String segmentName(long number) {
    String digits = Long.toString(number);
    return SEGMENT_PREFIX + "0".repeat(SEGMENT_DIGITS - digits.length()) + digits;
  }

  /** The number of the segment with this name, or 0 when it is no segment's. */
  static long segmentNumber(String name) {
    if (!name.startsWith(SEGMENT_PREFIX)
        || name.length() != SEGMENT_PREFIX.length() + SEGMENT_DIGITS) {
      return 0;
    }
    long number = 0;
    for (int i = SEGMENT_PREFIX.length(); i < name.length(); i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /**
   * The content of the generation file.
   *
   * @param logId whose files these are
   * @param generation the log server is a member of
   */
  record GenerationFile(Uid logId, LogGeneration generation) {
    Bytes encode() {
      ByteWriter to = new ByteWriter(128);
      to.putInt(GENERATION_MAGIC).putUid(logId);
      generation.encode(to);
      return sealed(to);
    }

    static GenerationFile decode(Bytes content) {
      ByteReader from = opened(content);
      int magic = from.getInt();
      Uid logId = from.getUid();
      LogGeneration generation =
          switch (magic) {
            case GENERATION_MAGIC -> LogGeneration.decode(from);
            case GENERATION_MAGIC_BEFORE_RINGS -> LogGeneration.decodeBeforeRings(from);
            default -> throw foreign(magic);
          };
      GenerationFile file = new GenerationFile(logId, generation);
      from.expectEnd();
      return file;
    }
  }

  /**
   * The content of the lock file: from its existence on the chain ends at {@code end} for ever.
   *
   * @param epoch that locked it; 0 when it locked itself by starting again
   * @param end the last version it holds
   * @param knownCommitted the largest it was told, at most {@code end}
   */
  record LockFile(long epoch, long end, long knownCommitted) {
    Bytes encode() {
      ByteWriter to = new ByteWriter(32);
      to.putInt(LOCK_MAGIC).putLong(epoch).putLong(end).putLong(knownCommitted);
      return sealed(to);
    }

    static LockFile decode(Bytes content) {
      ByteReader from = opened(content);
      int magic = from.getInt();
      if (magic != LOCK_MAGIC) {
        throw foreign(magic);
      }
      LockFile file = new LockFile(from.getLong(), from.getLong(), from.getLong());
      from.expectEnd();
      return file;
    }
  }

  private static Bytes sealed(ByteWriter content) {
    return content.putInt(checksum(content.unsafeBuffer(), content.size())).toBytes();
  }

  private static ByteReader opened(Bytes content) {
    int length = content.length() - 4;
    if (length < 4) {
      throw new MalformedException("a file of " + content.length() + " bytes");
    }
    byte[] array = content.unsafeArray();
    ByteReader sum = new ByteReader(array, length, 4);
    if (sum.getInt() != checksum(array, length)) {
      throw new MalformedException("a wrong checksum");
    }
    return new ByteReader(array, 0, length);
  }

  private static MalformedException foreign(int magic) {
    return new MalformedException("another kind or format: " + Integer.toHexString(magic));
  }

  private static int checksum(byte[] array, int length) {
    CRC32C crc = new CRC32C();
    crc.update(array, 0, length);
    return (int) crc.getValue();
  }
}
