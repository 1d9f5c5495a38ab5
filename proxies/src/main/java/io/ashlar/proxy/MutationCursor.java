package io.ashlar.proxy;

import io.ashlar.core.ByteReader;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;

/**
 * Walks over encoded mutations in place, without making objects of them: the proxy looks at keys
 * and copies bytes, and most mutations are never decoded. Not thread-safe.
 */
final class MutationCursor {
  /** The second byte of keys in {@link Keys#SYSTEM_ROWS}. */
  private static final byte SYSTEM_ROWS_BYTE = (byte) Keys.SYSTEM_ROWS.begin().at(1);

  private final byte[] array;
  private final ByteReader reader;
  private int typeCode;
  private int at;
  private int firstAt;
  private int firstLength;
  private int secondAt;
  private int secondLength;

  MutationCursor(Bytes mutations) {
    array = mutations.unsafeArray();
    reader = new ByteReader(mutations);
  }

  /**
   * Steps to the next mutation, if there is one.
   *
   * @throws io.ashlar.core.MalformedException when the bytes are not whole mutations
   */
  boolean next() {
    if (!reader.hasRemaining()) {
      return false;
    }
    at = reader.position();
    typeCode = reader.getByte();
    firstLength = reader.getCount();
    firstAt = reader.position();
    reader.skip(firstLength);
    secondLength = reader.getCount();
    secondAt = reader.position();
    reader.skip(secondLength);
    return true;
  }

  int typeCode() {
    return typeCode;
  }

  MutationType type() {
    return MutationType.ofCode(typeCode);
  }

  byte[] array() {
    return array;
  }

  /** Where the whole mutation begins in {@link #array()}. */
  int at() {
    return at;
  }

  /** The bytes of the whole mutation. */
  int length() {
    return secondAt + secondLength - at;
  }

  int firstAt() {
    return firstAt;
  }

  int firstLength() {
    return firstLength;
  }

  int secondAt() {
    return secondAt;
  }

  int secondLength() {
    return secondLength;
  }

  Bytes first() {
    return Bytes.copyOf(array, firstAt, firstAt + firstLength);
  }

  Bytes second() {
    return Bytes.copyOf(array, secondAt, secondAt + secondLength);
  }

  Mutation mutation() {
    return new Mutation(type(), first(), second());
  }

  /** Whether the mutation may change keys at or after {@code \xff} that are metadata. */
  boolean touchesMetadata() {
    if (typeCode == MutationType.CLEAR_RANGE.code()) {
      boolean reachesSystem = secondLength > 1 && (array[secondAt] & 0xff) == 0xff;
      return reachesSystem && !Keys.SYSTEM_ROWS.contains(new KeyRange(first(), second()));
    }
    boolean isSystem = firstLength > 0 && (array[firstAt] & 0xff) == 0xff;
    return isSystem && (firstLength == 1 || array[firstAt + 1] != SYSTEM_ROWS_BYTE);
  }
}
