package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import java.util.function.Consumer;

/**
 * Holds what a storage server has stored: one sorted map of keys to values, the version it is at,
 * and the server's own metadata.
 *
 * <p>Methods are called on the owner's loop, and their completions arrive there, as later events,
 * in the order of the calls. One operation that fails ends the engine: its owner is told through
 * the engine's failure callback, which runs on the loop and is expected to throw, so that the
 * worker stops; no further completion arrives. Nothing is retried.
 *
 * <p>What a crash leaves: every batch up to the last finished {@link #flush}, and of the batches
 * after it all up to some batch, perhaps none, perhaps all. A batch is never there in part, and
 * none is there without those before it.
 */
public interface StorageEngine {
  /**
   * Opens the engine, once, before anything else.
   *
   * @param onOpen gets the version and metadata to go on from
   */
  void open(Consumer<EngineState> onOpen);

  /** Writes a batch, atomically, after the batches before it. Finished is not yet durable. */
  void write(EngineBatch batch, Runnable onWritten);

  /** A view of all writes that have finished; the caller releases it. */
  EngineSnapshot snapshot();

  /** Makes durable what was written before the call. */
  void flush(Runnable onDurable);

  /**
   * Flushes, then gives everything back. Frees all snapshots: reads under way are waited for, later
   * ones refused.
   */
  void close(Runnable onClosed);

  /** The failure callback of an owner that lets its worker stop. */
  static void rethrow(AshlarException failure) {
    throw failure;
  }
}
