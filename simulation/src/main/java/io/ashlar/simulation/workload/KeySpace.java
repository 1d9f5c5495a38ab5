package io.ashlar.simulation.workload;

import io.ashlar.client.Range;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;

/**
 * The keys of one workload: all that begin with {@code prefix} and then a byte from {@code first},
 * inclusive, to {@code end}, exclusive. Numbered keys are spread evenly over these bytes, so that
 * they lie in several shards and in the shares of several resolvers; what is not to lie between
 * them begins with the first byte of all.
 *
 * @param prefix empty where the keys of nobody else lie in between
 * @param first 0 to 253
 * @param end at most 255, at least two more
 */
public record KeySpace(Bytes prefix, int first, int end) {
  private static final int STAMP_BYTES = 10;

  public KeySpace {
    Check.that(first >= 0, "the first byte is ", first);
    Check.that(end <= 0xff && end - first >= 2, "the end is ", end, " and the first ", first);
  }

  /** With no prefix. */
  KeySpace(int first, int end) {
    this(Bytes.EMPTY, first, end);
  }

  /** The first key of all. */
  public Bytes begin() {
    return prefix.concat(Bytes.of(first));
  }

  /** The first key behind all. */
  public Bytes behind() {
    return prefix.concat(Bytes.of(end));
  }

  /** Everything the workload has. */
  Range all() {
    return new Range(begin().toArray(), behind().toArray());
  }

  /** The key of {@code number} among {@code count}; in the order of the numbers. */
  byte[] spread(String name, long number, long count) {
    return spread(name, number, count, Bytes.EMPTY);
  }

  byte[] spread(String name, long number, long count, Bytes tail) {
    int place = (int) (first + 1 + number * (end - first - 1) / count);
    return key(Math.min(place, end - 1), name, number, tail);
  }

  /** The key of a number, before all those that are spread. */
  byte[] fixed(String name, long number) {
    return key(first, name, number, Bytes.EMPTY);
  }

  private byte[] key(int place, String name, long number, Bytes tail) {
    return new ByteWriter(64)
        .putRaw(prefix)
        .putByte(place)
        .putRaw(Bytes.utf8(name))
        .putLong(number)
        .putRaw(tail)
        .toBytes()
        .toArray();
  }

  /** The key of a number, behind all those that are spread. */
  byte[] last(long number) {
    return key(end - 1, "\u007f", number, Bytes.EMPTY);
  }

  /** A versionstamped key of {@link #spread}, then the stamp, then another number. */
  byte[] stamped(String name, long number, long count, long tail) {
    byte[] head = spread(name, number, count);
    return new ByteWriter(64)
        .putRaw(Bytes.wrap(head))
        .putRaw(Bytes.wrap(new byte[STAMP_BYTES]))
        .putLong(tail)
        .putInt(Integer.reverseBytes(head.length))
        .toBytes()
        .toArray();
  }

  private int nameAt() {
    return prefix.length() + 1;
  }

  /** Whether {@code key} is one of those called {@code name}. */
  boolean isNamed(Bytes key, String name) {
    int from = nameAt();
    return key.length() > from && key.slice(from, key.length()).startsWith(Bytes.utf8(name));
  }

  /** The number of a key. */
  long number(String name, Bytes key) {
    ByteReader reader = new ByteReader(key);
    reader.skip(nameAt() + name.length());
    return reader.getLong();
  }

  /** What follows the number of a key. */
  Bytes tail(String name, Bytes key) {
    return key.slice(nameAt() + name.length() + Long.BYTES, key.length());
  }
}
