package io.ashlar.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Somewhere to read and write: a {@link Database}, which makes a transaction, commits it and
 * repeats the function when it has to, or a {@link Transaction}, which just calls it.
 */
public interface TransactionContext extends ReadTransactionContext {
  /**
   * Runs {@code body}, commits, and waits. The function may run several times, so it has no effects
   * but on the transaction, and neither commits nor closes it. What it throws comes out, without
   * the {@link java.util.concurrent.CompletionException} that {@code join} put around it, and
   * nothing is applied; an {@link io.ashlar.core.AshlarException} comes out as a new one with the
   * same code, and that one as its cause. From a database: repeats it with a fresh state after
   * every error that is certain not to have committed and may go away ({@link
   * io.ashlar.core.AshlarException#isRetryableNotCommitted}), after a growing, randomised delay.
   *
   * <p>A commit whose answer gets lost is looked up by its idempotency id, so that the function is
   * applied exactly once, see {@link TransactionOptions#setAutomaticIdempotency}. Only when it can
   * no longer be known what became of it, or ids are turned off, {@code commit_unknown_result}
   * (1021) is thrown to the caller, since repeating would apply the transaction twice if it had
   * been committed; with {@link TransactionOptions#setIdempotent} it is repeated as well.
   *
   * <p>It blocks; do not call it where waiting is not allowed, as in a function that one of the
   * futures runs.
   *
   * @throws io.ashlar.core.AshlarException when it failed for good
   */
  <T> T run(Function<? super Transaction, T> body);

  /**
   * As {@link #run}, without blocking: {@code body} gives a future; from a database it is {@code
   * client_invalid_operation} (2000) to give null in place of one.
   */
  <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body);
}
