package io.ashlar.simulation.shape;

import io.ashlar.client.Database;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A transaction whose calls are counted by their shape, and go on to the database as they are. */
final class CountedTransaction extends CountedReader implements Transaction {
  private final Transaction inner;
  private final Database database;

  CountedTransaction(Transaction inner, Database database, Shapes shapes) {
    super(inner, shapes, new Shapes.LastRanges());
    this.inner = inner;
    this.database = database;
  }

  @Override
  public void set(byte[] key, byte[] value) {
    shapes.count(Shapes.Call.SET);
    shapes.countKey(key);
    shapes.countValue(value);
    seen(() -> inner.set(key, value));
  }

  @Override
  public void clear(byte[] key) {
    shapes.count(Shapes.Call.CLEAR_KEY);
    seen(() -> inner.clear(key));
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    shapes.countRange(Shapes.Use.CLEAR, begin, end, last);
    seen(() -> inner.clear(begin, end));
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] param) {
    shapes.count(type);
    seen(() -> inner.mutate(type, key, param));
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    shapes.countRange(Shapes.Use.READ_CONFLICT, begin, end, last);
    seen(() -> inner.addReadConflictRange(begin, end));
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    seen(() -> inner.addReadConflictKey(key));
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    shapes.countRange(Shapes.Use.WRITE_CONFLICT, begin, end, last);
    seen(() -> inner.addWriteConflictRange(begin, end));
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    seen(() -> inner.addWriteConflictKey(key));
  }

  @Override
  public CompletableFuture<Void> commit() {
    CompletableFuture<Void> done = inner.commit();
    done.thenRun(
        () -> {
          if (inner.getCommittedVersion() < 0) {
            shapes.count(Shapes.Call.READ_ONLY_COMMIT);
          }
        });
    return seen(done);
  }

  @Override
  public long getCommittedVersion() {
    long[] version = new long[1];
    seen(() -> version[0] = inner.getCommittedVersion());
    return version[0];
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    return seen(inner.getVersionstamp());
  }

  @Override
  public void boundCommitVersion(long version) {
    seen(() -> inner.boundCommitVersion(version));
  }

  @Override
  public long getApproximateSize() {
    return inner.getApproximateSize();
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    shapes.count(Shapes.Call.WATCH);
    return seen(inner.watch(key));
  }

  @Override
  public CompletableFuture<Transaction> onError(Throwable error) {
    return inner
        .onError(error)
        .thenApply(
            again -> {
              shapes.count(Shapes.Call.RETRY);
              return this;
            });
  }

  @Override
  public void cancel() {
    inner.cancel();
  }

  @Override
  public Database getDatabase() {
    return database;
  }

  @Override
  public void close() {
    inner.close();
  }

  @Override
  public <T> T run(Function<? super Transaction, T> body) {
    return body.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> runAsync(
      Function<? super Transaction, ? extends CompletableFuture<T>> body) {
    return body.apply(this);
  }
}
