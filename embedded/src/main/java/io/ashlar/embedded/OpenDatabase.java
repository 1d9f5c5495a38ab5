package io.ashlar.embedded;

import io.ashlar.client.CausalSession;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Environment;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A database that owns what it runs on: closing it closes that too. */
final class OpenDatabase implements Database {
  private final Database client;
  private final AutoClosing owned;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Closes without a checked exception. */
  interface AutoClosing {
    void close();
  }

  OpenDatabase(Database client, AutoClosing owned) {
    this.client = client;
    this.owned = owned;
  }

  @Override
  public Transaction createTransaction() {
    return client.createTransaction();
  }

  @Override
  public CausalSession session() {
    return client.session();
  }

  @Override
  public ReadTransactionContext eventual() {
    return client.eventual();
  }

  @Override
  public DatabaseOptions options() {
    return client.options();
  }

  @Override
  public Executor getExecutor() {
    return client.getExecutor();
  }

  @Override
  public Environment environment() {
    return client.environment();
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return client.read(body);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return client.readAsync(body);
  }

  @Override
  public <T> T run(Function<? super Transaction, T> body) {
    return client.run(body);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body) {
    return client.runAsync(body);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      owned.close();
    }
  }
}
