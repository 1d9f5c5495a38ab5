package io.ashlar.core;

/**
 * Names a key by its place in the order: start at the last key that is less than {@code key} (or,
 * if {@code orEqual}, less or equal), then move {@code offset} keys forward. Moving before the
 * first key gives the empty key, moving past the last the end of the legal key space.
 *
 * @param key the reference; it need not exist
 * @param orEqual whether the start may be the reference itself
 * @param offset 0 for the start itself, positive forward, negative back
 */
public record KeySelector(Bytes key, boolean orEqual, int offset) {
  public static KeySelector lastLessThan(Bytes key) {
    return new KeySelector(key, false, 0);
  }

  public static KeySelector lastLessOrEqual(Bytes key) {
    return new KeySelector(key, true, 0);
  }

  public static KeySelector firstGreaterThan(Bytes key) {
    return new KeySelector(key, true, 1);
  }

  public static KeySelector firstGreaterOrEqual(Bytes key) {
    return new KeySelector(key, false, 1);
  }

  /**
   * The selector {@code keys} further on; negative for back.
   *
   * @throws ArithmeticException when the offset would not be an int any more
   */
  public KeySelector add(int keys) {
    return new KeySelector(key, orEqual, Math.addExact(offset, keys));
  }
}
