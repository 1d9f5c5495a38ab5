package io.ashlar.storage;

import io.ashlar.core.Bytes;

/**
 * Walks rows of a snapshot in the direction it was made for. Used by one thread, and closed by it.
 */
public interface EngineCursor extends AutoCloseable {
  /** Whether there is a row at hand, within the cursor's range. */
  boolean isValid();

  /** The key at hand. */
  Bytes key();

  /** The value at hand. */
  Bytes value();

  /** Goes on by one row. */
  void advance();

  /**
   * Goes on to the first row at or after {@code bound}; in reverse to the last row before it. Never
   * goes back.
   */
  void skipTo(Bytes bound);

  @Override
  void close();
}
