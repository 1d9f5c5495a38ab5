package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Calls a function with a transaction until it succeeds or fails for good; {@link
 * Transaction#onError} decides which, and waits in between.
 */
final class RetryLoop<T> {
  private final Function<? super Transaction, ? extends CompletableFuture<T>> body;
  private final boolean commits;
  private final Transaction transaction;
  private final ClientFuture<T> result;

  RetryLoop(
      ClientDatabase database,
      Supplier<ClientTransaction> transactions,
      Function<? super Transaction, ? extends CompletableFuture<T>> body,
      boolean commits) {
    this.body = Objects.requireNonNull(body, "the function is null");
    this.commits = commits;
    this.transaction = newTransaction(transactions);
    this.result = database.newFuture();
  }

  private static Transaction newTransaction(Supplier<ClientTransaction> transactions) {
    ClientTransaction transaction = transactions.get();
    transaction.settings().setInRetryLoop();
    return transaction;
  }

  /** The blocking form, in the calling thread. */
  static <T> T run(
      ClientDatabase database,
      Supplier<ClientTransaction> transactions,
      Function<? super Transaction, T> body,
      boolean commits) {
    Objects.requireNonNull(body, "the function is null");
    database.expectNoLoop();
    try (Transaction transaction = newTransaction(transactions)) {
      while (true) {
        try {
          T value = body.apply(transaction);
          if (commits) {
            Blocking.join(transaction.commit());
          }
          return value;
        } catch (RuntimeException e) {
          Blocking.join(transaction.onError(e));
        }
      }
    }
  }

  CompletableFuture<T> begin() {
    tryOnce();
    return result;
  }

  private void tryOnce() {
    CompletableFuture<T> value;
    try {
      value = body.apply(transaction);
    } catch (RuntimeException | Error e) {
      failed(e);
      return;
    }
    if (value == null) {
      failed(
          new AshlarException(
              ErrorCode.CLIENT_INVALID_OPERATION, "the function gave null in place of a future"));
      return;
    }
    value.whenComplete(this::onValue);
  }

  private void onValue(T value, Throwable error) {
    if (error != null) {
      failed(error);
    } else if (commits) {
      transaction.commit().whenComplete((done, commitError) -> onCommitted(value, commitError));
    } else {
      succeeded(value);
    }
  }

  private void onCommitted(T value, Throwable error) {
    if (error != null) {
      failed(error);
    } else {
      succeeded(value);
    }
  }

  private void succeeded(T value) {
    transaction.close();
    result.complete(value);
  }

  private void failed(Throwable error) {
    transaction.onError(error).whenComplete(this::onRetry);
  }

  private void onRetry(Transaction again, Throwable error) {
    if (error == null) {
      tryOnce();
    } else {
      transaction.close();
      result.completeExceptionally(Blocking.unwrap(error));
    }
  }
}
