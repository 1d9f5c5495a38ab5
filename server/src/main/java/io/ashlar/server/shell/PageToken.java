package io.ashlar.server.shell;

import io.ashlar.core.Bytes;
import io.ashlar.tuple.Tuple;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where a scan goes on, as one word that can be typed, whatever is in it. A continuation is a place
 * among keys, so that of another scan would be a place in this one, too, and the page would be any:
 * a checksum over both says to which scan it belongs, and that it is whole.
 */
final class PageToken {
  private PageToken() {}

  /**
   * The word for a continuation; null for null, at the end.
   *
   * @param scan what tells it from others, but for the number of rows in a page
   */
  static String of(byte[] continuation, Tuple scan) {
    return continuation == null
        ? null
        : Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                ByteBuffer.allocate(continuation.length + Integer.BYTES)
                    .put(continuation)
                    .putInt(checksum(continuation, scan))
                    .array());
  }

  /** The continuation of the word; null for null, at the beginning. */
  static byte[] continuation(Bytes word, Tuple scan) {
    if (word == null) {
      return null;
    }
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(word.utf8());
    } catch (IllegalArgumentException malformed) {
      throw noToken(word);
    }
    if (all.length <= Integer.BYTES) {
      throw noToken(word);
    }
    byte[] continuation = Arrays.copyOf(all, all.length - Integer.BYTES);
    // The decoder takes several letters at the end for the same bytes.
    if (!Bytes.utf8(of(continuation, scan)).equals(word)) {
      throw new RefusedException(
          "`" + word + "' is the token of another scan, or was cut or changed on its way");
    }
    return continuation;
  }

  private static RefusedException noToken(Bytes word) {
    return new RefusedException(
        "`" + word + "' is no token: what is shown behind `after' is, at the end of a scan");
  }

  private static int checksum(byte[] continuation, Tuple scan) {
    CRC32C crc = new CRC32C();
    crc.update(scan.pack());
    crc.update(continuation);
    return (int) crc.getValue();
  }
}
