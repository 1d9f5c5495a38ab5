package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;

/**
 * What an engine writes at once, or not at all.
 *
 * @param storedVersion the version the engine is at with these changes; grows from batch to batch
 * @param metadata the server's own bytes, which replace those of the batch before
 * @param changes an immutable source of the changes: the engine may read it on its own thread
 */
public record EngineBatch(long storedVersion, Bytes metadata, Changes changes) {
  public EngineBatch {
    Check.that(metadata != null, "a batch without metadata at version ", storedVersion);
  }

  /** A source of changes. */
  @FunctionalInterface
  public interface Changes {
    /** Gives all changes to {@code to}, in key order; none touches a key that another does. */
    void forEach(Writer to);
  }

  /** Takes changes one by one. */
  public interface Writer {
    void set(Bytes key, Bytes value);

    /** {@code begin} is less than {@code end}. */
    void clearRange(Bytes begin, Bytes end);
  }
}
