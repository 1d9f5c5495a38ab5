package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;

/**
 * Names a key by its place in the order: start at the last key that is less than the reference (or,
 * if "or equal", less or equal), then move {@code offset} keys forward. Immutable.
 */
public final class KeySelector {
  private final io.ashlar.core.KeySelector selector;

  /** Copies {@code key}. */
  public KeySelector(byte[] key, boolean orEqual, int offset) {
    this(new io.ashlar.core.KeySelector(Bytes.copyOf(key), orEqual, offset));
  }

  private KeySelector(io.ashlar.core.KeySelector selector) {
    this.selector = selector;
  }

  /** The last key before {@code key}. */
  public static KeySelector lastLessThan(byte[] key) {
    return new KeySelector(key, false, 0);
  }

  /** {@code key} itself if it is there, else the last key before it. */
  public static KeySelector lastLessOrEqual(byte[] key) {
    return new KeySelector(key, true, 0);
  }

  /** The first key after {@code key}. */
  public static KeySelector firstGreaterThan(byte[] key) {
    return new KeySelector(key, true, 1);
  }

  /** {@code key} itself if it is there, else the first key after it. */
  public static KeySelector firstGreaterOrEqual(byte[] key) {
    return new KeySelector(key, false, 1);
  }

  /**
   * The selector {@code keys} further on; negative for back.
   *
   * @throws AshlarException {@code client_invalid_operation} (2000) when the offset would not be an
   *     int any more
   */
  public KeySelector add(int keys) {
    long offset = (long) selector.offset() + keys;
    if (offset != (int) offset) {
      throw new AshlarException(
          ErrorCode.CLIENT_INVALID_OPERATION, "a selector cannot count " + offset + " keys");
    }
    return new KeySelector(selector.add(keys));
  }

  /** A copy of the reference. */
  public byte[] getKey() {
    return selector.key().toArray();
  }

  /** Whether the reference itself may be the key to start at. */
  public boolean orEqual() {
    return selector.orEqual();
  }

  /** How many keys to move forward from there; negative for back. */
  public int getOffset() {
    return selector.offset();
  }

  io.ashlar.core.KeySelector toCore() {
    return selector;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeySelector that && selector.equals(that.selector);
  }

  @Override
  public int hashCode() {
    return selector.hashCode();
  }

  @Override
  public String toString() {
    return selector.toString();
  }
}
