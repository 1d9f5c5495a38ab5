package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * The content of a small file behind its checksum. A file that is not what was written stops the
 * worker: nothing can be recovered from a guess.
 */
final class SealedFile {
  private static final int CHECKSUM_BYTES = 4;

  private SealedFile() {}

  static Bytes seal(Bytes body) {
    return new ByteWriter(body.length() + CHECKSUM_BYTES)
        .putInt(checksum(body))
        .putRaw(body)
        .toBytes();
  }

  /**
   * Decodes what is behind the checksum.
   *
   * @throws AshlarException with FILE_CORRUPT when the checksum is not that of the content, and
   *     DIRECTORY_VERSION when it is and {@code decoder} does not know the content
   */
  static <T> T open(String file, Bytes content, Function<Bytes, T> decoder) {
    if (content.length() < CHECKSUM_BYTES) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT, "the file " + file + " is cut short; restore it from a copy");
    }
    ByteReader from = new ByteReader(content);
    int expected = from.getInt();
    Bytes body = from.getRaw(from.remaining());
    if (checksum(body) != expected) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the file " + file + " is corrupt: its checksum does not match; restore it from a copy");
    }
    try {
      return decoder.apply(body);
    } catch (MalformedException e) {
      throw new AshlarException(
          ErrorCode.DIRECTORY_VERSION,
          "the file " + file + " is of another version: " + e.getMessage(),
          e);
    }
  }

  private static int checksum(Bytes body) {
    CRC32C crc = new CRC32C();
    crc.update(body.toArray());
    return (int) crc.getValue();
  }
}
