package io.ashlar.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Encodes conflict ranges: begin, then end, one range after the other, to the end of the bytes. A
 * range of a single key has an end of length zero, since no range ends before the first key.
 */
public final class KeyRanges {
  private KeyRanges() {}

  public static void encode(KeyRange range, ByteWriter to) {
    Bytes begin = range.begin();
    Bytes end = range.end();
    to.putBytes(begin);
    boolean single =
        end.length() == begin.length() + 1 && end.at(begin.length()) == 0 && end.startsWith(begin);
    if (single) {
      to.putVarint(0);
    } else {
      Check.that(!end.isEmpty(), "no range may end before the first key; begin ", begin);
      to.putBytes(end);
    }
  }

  public static Bytes encode(List<KeyRange> ranges) {
    ByteWriter writer = new ByteWriter(32 * ranges.size());
    for (KeyRange range : ranges) {
      encode(range, writer);
    }
    return writer.toBytes();
  }

  public static KeyRange decode(ByteReader from) {
    Bytes begin = from.getBytes();
    Bytes end = from.getBytes();
    return end.isEmpty() ? KeyRange.ofKey(begin) : new KeyRange(begin, end);
  }

  /**
   * Reads what {@link #encode(List)} wrote.
   *
   * @throws MalformedException when the bytes are not whole ranges
   */
  public static List<KeyRange> decode(Bytes encoded) {
    ByteReader reader = new ByteReader(encoded);
    List<KeyRange> ranges = new ArrayList<>();
    while (reader.hasRemaining()) {
      ranges.add(decode(reader));
    }
    return ranges;
  }
}
