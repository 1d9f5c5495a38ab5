package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;

/** The limits of keys, values and ranges, checked before anything is sent. */
final class Legality {
  private static final int SHOWN_BYTES = 60;
  private static final int STAMP_BYTES = 10;
  private static final int POSITION_BYTES = 4;

  private Legality() {}

  /** A key that is read or written; {@code end} is that of the keys that are allowed. */
  static void checkKey(Bytes key, Bytes end) {
    checkKeySize(key.length(), Limits.KEY_BYTES_MAX);
    if (key.compareTo(end) >= 0) {
      throw outside(key, end);
    }
  }

  /** The begin or end of a range, or the reference of a selector. */
  static void checkBoundary(Bytes key, Bytes end) {
    checkKeySize(key.length(), Limits.RANGE_END_BYTES_MAX);
    if (key.compareTo(end) > 0) {
      throw outside(key, end);
    }
  }

  static void checkRange(Bytes begin, Bytes end, Bytes legalEnd) {
    checkBoundary(begin, legalEnd);
    checkBoundary(end, legalEnd);
    if (begin.compareTo(end) > 0) {
      throw new AshlarException(
          ErrorCode.INVERTED_RANGE,
          "the range begins at "
              + begin.printable(SHOWN_BYTES)
              + " and ends before that, at "
              + end.printable(SHOWN_BYTES)
              + "; exchange them");
    }
  }

  static void checkValue(int sizeBytes) {
    if (sizeBytes > Limits.VALUE_BYTES_MAX) {
      throw new AshlarException(
          ErrorCode.VALUE_TOO_LARGE,
          "the value has "
              + sizeBytes
              + " bytes, at most are "
              + Limits.VALUE_BYTES_MAX
              + "; split it over several keys");
    }
  }

  /** A key or value with a hole for the versionstamp and its position at the end. */
  static void checkStampPosition(Bytes stamped) {
    int room = stamped.length() - POSITION_BYTES;
    long position = room < 0 ? -1 : stampPosition(stamped);
    if (position < 0 || position + STAMP_BYTES > room) {
      throw new AshlarException(
          ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
          "the last four bytes, little endian, must give where the versionstamp's ten bytes begin,"
              + " between 0 and "
              + Math.max(0, room - STAMP_BYTES)
              + " here; they give "
              + (room < 0 ? "nothing: there are only " + stamped.length() : position));
    }
  }

  /** Where the hole for the versionstamp begins; 0 to 2^32 − 1. */
  static long stampPosition(Bytes stamped) {
    int n = stamped.length();
    return stamped.at(n - 4)
        | (stamped.at(n - 3) << 8)
        | (stamped.at(n - 2) << 16)
        | ((long) stamped.at(n - 1) << 24);
  }

  /** Without the position at the end. */
  static Bytes withoutPosition(Bytes stamped) {
    return stamped.slice(0, stamped.length() - POSITION_BYTES);
  }

  static AshlarException tooLarge(long sizeBytes, long sizeBytesMax) {
    return new AshlarException(
        ErrorCode.TRANSACTION_TOO_LARGE,
        "keys, values and conflict ranges have "
            + sizeBytes
            + " bytes, at most are "
            + sizeBytesMax
            + "; split the work over several transactions");
  }

  private static void checkKeySize(int sizeBytes, int sizeBytesMax) {
    if (sizeBytes > sizeBytesMax) {
      throw new AshlarException(
          ErrorCode.KEY_TOO_LARGE,
          "the key has "
              + sizeBytes
              + " bytes, at most are "
              + sizeBytesMax
              + "; use a shorter one, such as a digest");
    }
  }

  private static AshlarException outside(Bytes key, Bytes end) {
    return new AshlarException(
        ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
        "the key "
            + key.printable(SHOWN_BYTES)
            + " is not below "
            + end
            + (end.length() == 1
                ? "; system keys need the option readSystemKeys or accessSystemKeys"
                : ""));
  }
}
