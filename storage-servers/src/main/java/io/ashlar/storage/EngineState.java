package io.ashlar.storage;

import io.ashlar.core.Bytes;

/**
 * What an engine says of itself at opening.
 *
 * @param storedVersion of the last batch it holds, 0 when it is new
 * @param metadata the server's own bytes of that batch, null when the engine is new
 */
public record EngineState(long storedVersion, Bytes metadata) {
  /** An engine that holds nothing yet. */
  public static final EngineState NEW = new EngineState(0, null);
}
