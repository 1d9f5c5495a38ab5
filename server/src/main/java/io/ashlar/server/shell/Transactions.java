package io.ashlar.server.shell;

import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** How commands come to a transaction: the user's own, or one each that is repeated. */
interface Transactions {
  /** Whether the user has begun one. */
  boolean inTransaction();

  /** Reads. */
  <T> T read(Function<ReadTransaction, CompletableFuture<T>> reading)
      throws InterruptedException, ExecutionException;

  /**
   * Reads and writes; a refusal unless the user may write.
   *
   * @throws RefusedException when write mode is off
   */
  <T> T change(Function<Transaction, CompletableFuture<T>> changing)
      throws InterruptedException, ExecutionException;
}
