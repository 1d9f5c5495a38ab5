package io.ashlar.client;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

/** Iterates over rows that arrive in pages. For one thread at a time. */
public interface AsyncIterator<T> extends Iterator<T> {
  /**
   * Completes with whether {@link #next} has something, when that is known. Fails as every read
   * does; once it has failed it stays so.
   */
  CompletableFuture<Boolean> onHasNext();

  /**
   * {@link #onHasNext}, waiting for it. Do not call on a loop.
   *
   * @throws io.ashlar.core.AshlarException what {@link #onHasNext} fails with
   */
  @Override
  boolean hasNext();

  /**
   * The next row; does not wait when {@link #onHasNext} has completed.
   *
   * @throws java.util.NoSuchElementException when there is none
   * @throws io.ashlar.core.AshlarException as {@link #hasNext}
   */
  @Override
  T next();

  /**
   * Stops: no more pages are fetched, and a pending one fails with {@code operation_cancelled}
   * (1101), as does every later call but this.
   */
  void cancel();
}
