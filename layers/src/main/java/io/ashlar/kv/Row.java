package io.ashlar.kv;

import io.ashlar.core.Bytes;
import io.ashlar.kv.KeyValueException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A row as it is stored: a byte that says whether it expires, eight of the version, eight of the
 * expiry if it has one, and the value.
 *
 * @param expiry store time in milliseconds, or {@link #NEVER}
 */
record Row(long version, long expiry, byte[] value) {
  static final long NEVER = Long.MAX_VALUE;

  /** What a row has besides its value, at most. */
  static final int HEADER_BYTES_MAX = 1 + 2 * Long.BYTES;

  private static final byte LASTING = 1;
  private static final byte EXPIRING = 2;

  int sizeBytes() {
    return 1 + Long.BYTES + (expires() ? Long.BYTES : 0) + value.length;
  }

  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(sizeBytes());
    bytes.put(expires() ? EXPIRING : LASTING).putLong(version);
    if (expires()) {
      bytes.putLong(expiry);
    }
    return bytes.put(value).array();
  }

  /** Null for null: no row. */
  static Row decode(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    byte kind = bytes.length == 0 ? 0 : bytes[0];
    int length = kind == EXPIRING ? 1 + 2 * Long.BYTES : 1 + Long.BYTES;
    if ((kind != EXPIRING && kind != LASTING) || bytes.length < length) {
      throw new KeyValueException(
          Reason.UNKNOWN_ROW, "no row of a key-value store: " + Bytes.copyOf(bytes).printable(40));
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    long version = rest.getLong();
    long expiry = kind == EXPIRING ? rest.getLong() : NEVER;
    return new Row(version, expiry, Arrays.copyOfRange(bytes, length, bytes.length));
  }

  boolean expires() {
    return expiry != NEVER;
  }

  /** Whether it is there at a store time. */
  boolean isAliveAt(long millis) {
    return millis < expiry;
  }
}
