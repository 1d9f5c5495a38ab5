package io.ashlar.simulation.shape;

import io.ashlar.client.CausalSession;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Environment;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A database whose users' calls are counted by their shape. */
public final class CountedDatabase implements Database {
  private final Database inner;
  private final Shapes shapes;

  public CountedDatabase(Database inner, Shapes shapes) {
    this.inner = inner;
    this.shapes = shapes;
  }

  private Transaction counted(Transaction transaction) {
    return new CountedTransaction(transaction, this, shapes);
  }

  private ReadTransaction countedReader(ReadTransaction transaction) {
    return new CountedReader(transaction, shapes, new Shapes.LastRanges());
  }

  @Override
  public Transaction createTransaction() {
    return counted(inner.createTransaction());
  }

  /** What is done in sessions is not counted. */
  @Override
  public CausalSession session() {
    return inner.session();
  }

  /** Nor is what is read eventually. */
  @Override
  public ReadTransactionContext eventual() {
    return inner.eventual();
  }

  @Override
  public DatabaseOptions options() {
    return inner.options();
  }

  @Override
  public void close() {
    inner.close();
  }

  /** Null for null: what the database says to it is its own affair. */
  private <T> Function<Transaction, T> counted(Function<? super Transaction, T> body) {
    return body == null ? null : transaction -> body.apply(counted(transaction));
  }

  private <T> Function<ReadTransaction, T> countedReads(Function<? super ReadTransaction, T> body) {
    return body == null ? null : transaction -> body.apply(countedReader(transaction));
  }

  @Override
  public <T> T run(Function<? super Transaction, T> body) {
    return inner.run(counted(body));
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body) {
    return inner.runAsync(counted(body));
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return inner.read(countedReads(body));
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return inner.readAsync(countedReads(body));
  }

  @Override
  public Executor getExecutor() {
    return inner.getExecutor();
  }

  @Override
  public Environment environment() {
    return inner.environment();
  }
}
