package io.ashlar.simulation.check;

import io.ashlar.core.ErrorCode;
import java.util.Arrays;

/**
 * What the documentation says of the limits of arguments: the first error that is due, or null. Its
 * own code and numbers, so that an error of the real one is not repeated here.
 */
final class ApiLimits {
  private static final byte[] USER_END = {(byte) 0xff};
  private static final byte[] SYSTEM_END = {(byte) 0xff, (byte) 0xff};
  private static final int KEY_MAX = 10_000;
  private static final int BOUNDARY_MAX = 10_001;
  private static final int VALUE_MAX = 100_000;
  private static final int STAMP = 10;
  private static final int POSITION = 4;

  private ApiLimits() {}

  static ErrorCode key(byte[] key, boolean systemKeys) {
    if (key.length > KEY_MAX) {
      return ErrorCode.KEY_TOO_LARGE;
    }
    return Arrays.compareUnsigned(key, end(systemKeys)) >= 0
        ? ErrorCode.KEY_OUTSIDE_LEGAL_RANGE
        : null;
  }

  static byte[] end(boolean systemKeys) {
    return systemKeys ? SYSTEM_END : USER_END;
  }

  static ErrorCode boundary(byte[] key, boolean systemKeys) {
    if (key.length > BOUNDARY_MAX) {
      return ErrorCode.KEY_TOO_LARGE;
    }
    return Arrays.compareUnsigned(key, end(systemKeys)) > 0
        ? ErrorCode.KEY_OUTSIDE_LEGAL_RANGE
        : null;
  }

  static ErrorCode range(byte[] begin, byte[] end, boolean systemKeys) {
    ErrorCode error = first(boundary(begin, systemKeys), boundary(end, systemKeys));
    if (error == null && Arrays.compareUnsigned(begin, end) > 0) {
      error = ErrorCode.INVERTED_RANGE;
    }
    return error;
  }

  static ErrorCode value(int length) {
    return length > VALUE_MAX ? ErrorCode.VALUE_TOO_LARGE : null;
  }

  static ErrorCode stampedKey(byte[] template, byte[] value, boolean systemKeys) {
    ErrorCode error = hole(template);
    if (error != null) {
      return error;
    }
    byte[] key = Arrays.copyOf(template, template.length - POSITION);
    return first(key(key, systemKeys), value(value.length));
  }

  static ErrorCode stampedValue(byte[] key, byte[] template, boolean systemKeys) {
    return first(first(key(key, systemKeys), hole(template)), value(template.length - POSITION));
  }

  /** Whether the last four bytes name a place for ten bytes before them. */
  private static ErrorCode hole(byte[] template) {
    int room = template.length - POSITION;
    boolean fits = false;
    if (room >= STAMP) {
      long position = 0;
      for (int i = template.length - 1; i >= room; i--) {
        position = (position << 8) + (template[i] & 0xff);
      }
      fits = position <= room - STAMP;
    }
    return fits ? null : ErrorCode.INVALID_VERSIONSTAMP_OFFSET;
  }

  private static ErrorCode first(ErrorCode one, ErrorCode other) {
    return one == null ? other : one;
  }
}
