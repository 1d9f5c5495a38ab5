package io.ashlar.core;

/**
 * The keys from {@code begin}, inclusive, to {@code end}, exclusive. Empty when {@code begin >=
 * end}; constructors of requests refuse an inverted one ({@code begin > end}) where the bytes come
 * in.
 */
public record KeyRange(Bytes begin, Bytes end) {
  /** The range that holds exactly {@code key}. */
  public static KeyRange ofKey(Bytes key) {
    return new KeyRange(key, Keys.after(key));
  }

  /** All keys that begin with {@code prefix}. */
  public static KeyRange ofPrefix(Bytes prefix) {
    return new KeyRange(prefix, Keys.afterPrefix(prefix));
  }

  public boolean isEmpty() {
    return begin.compareTo(end) >= 0;
  }

  public boolean contains(Bytes key) {
    return begin.compareTo(key) <= 0 && key.compareTo(end) < 0;
  }

  /** Whether all keys of {@code other} are in this range. */
  public boolean contains(KeyRange other) {
    return begin.compareTo(other.begin) <= 0 && other.end.compareTo(end) <= 0;
  }

  public boolean intersects(KeyRange other) {
    return !isEmpty()
        && !other.isEmpty()
        && begin.compareTo(other.end) < 0
        && other.begin.compareTo(end) < 0;
  }

  /** The common part, perhaps empty. */
  public KeyRange intersection(KeyRange other) {
    Bytes from = begin.compareTo(other.begin) >= 0 ? begin : other.begin;
    Bytes to = end.compareTo(other.end) <= 0 ? end : other.end;
    return new KeyRange(from, to);
  }
}
