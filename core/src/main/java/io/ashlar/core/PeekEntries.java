package io.ashlar.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What a log server answers to a peek: versions with the mutations of one tag.
 *
 * <p>Encoding, one entry after the other in version order: the version, eight bytes; varint length
 * of the mutations; the mutations, as {@link Mutations} encodes them.
 */
public final class PeekEntries {
  private PeekEntries() {}

  /**
   * One version.
   *
   * @param version its version
   * @param mutations as {@link Mutations} encodes them
   */
  public record Entry(long version, Bytes mutations) {}

  public static void append(ByteWriter to, long version, byte[] mutations, int from, int length) {
    to.putLong(version).putVarint(length).putRaw(mutations, from, length);
  }

  /**
   * Reads all entries.
   *
   * @throws MalformedException when the bytes are not whole entries in version order
   */
  public static List<Entry> decode(Bytes encoded) {
    ByteReader reader = new ByteReader(encoded);
    List<Entry> entries = new ArrayList<>();
    long last = Long.MIN_VALUE;
    while (reader.hasRemaining()) {
      long version = reader.getLong();
      if (version <= last) {
        throw new MalformedException("versions out of order: " + version + " after " + last);
      }
      last = version;
      entries.add(new Entry(version, reader.getBytes()));
    }
    return entries;
  }
}
