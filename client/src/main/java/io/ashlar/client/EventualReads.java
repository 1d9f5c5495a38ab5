package io.ashlar.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Makes transactions that read what one replica knows to be committed. */
record EventualReads(ClientDatabase database) implements ReadTransactionContext {
  private ClientTransaction newTransaction() {
    return new ClientTransaction(database, Consistency.EVENTUAL, null);
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return RetryLoop.run(database, this::newTransaction, body, false);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return new RetryLoop<T>(database, this::newTransaction, body, false).begin();
  }

  @Override
  public Executor getExecutor() {
    return database.getExecutor();
  }

  @Override
  public Environment environment() {
    return database.environment();
  }
}
