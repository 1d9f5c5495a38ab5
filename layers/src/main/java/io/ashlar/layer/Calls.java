package io.ashlar.layer;

import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Calls of a layer: one transaction of its own when they are given a database, a part of the
 * caller's when they are given that. What comes back is a future of the database, whatever futures
 * it was made of, and what the body throws arrives in it.
 */
public final class Calls {
  private Calls() {}

  /** Runs a body that writes. */
  public static <T> CompletableFuture<T> write(
      TransactionContext context, Function<Transaction, CompletableFuture<T>> body) {
    return context.runAsync(
        transaction ->
            transaction
                .environment()
                .adopt(
                    CompletableFuture.completedFuture(transaction)
                        .thenCompose(same -> body.apply(same))));
  }

  /** Runs a body that only reads. */
  public static <T> CompletableFuture<T> read(
      ReadTransactionContext context, Function<ReadTransaction, CompletableFuture<T>> body) {
    return context.readAsync(
        reads ->
            reads
                .environment()
                .adopt(
                    CompletableFuture.completedFuture(reads)
                        .thenCompose(same -> body.apply(same))));
  }

  /** The results of several futures, in their order; fails when one of them does. */
  public static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> several) {
    return CompletableFuture.allOf(several.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> several.stream().map(CompletableFuture::join).toList());
  }
}
