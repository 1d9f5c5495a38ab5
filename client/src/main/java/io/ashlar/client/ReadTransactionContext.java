package io.ashlar.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Somewhere to read: a {@link Database}, which makes a transaction and repeats the function when it
 * has to, or a {@link ReadTransaction}, which just calls it. A function written against this
 * interface composes into larger transactions.
 */
public interface ReadTransactionContext {
  /**
   * Runs {@code body} and waits for it. Do not call on a loop: it blocks.
   *
   * @throws io.ashlar.core.AshlarException when it failed for good
   */
  <T> T read(Function<? super ReadTransaction, T> body);

  /** As {@link #read}, without blocking: {@code body} gives a future. */
  <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body);

  /**
   * Where futures of this context complete, and what depends on them runs: a small pool, about a
   * thread a core. Waiting there for another future of the database is fine; whatever else blocks
   * (sleeping, locks, files, sockets) holds up all other futures, their timeouts included, and
   * belongs on an executor of your own: {@code thenApplyAsync(function, executor)}.
   */
  Executor getExecutor();

  /** Clock, timers and randomness, for code that is to run in the simulator too. */
  Environment environment();
}
