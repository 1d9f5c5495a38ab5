package io.ashlar.directory;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * FoundationDB's interface of a transaction over one of ours: what was written against that runs
 * here, without its native library.
 */
final class PublishedTransaction extends PublishedReads implements Transaction {
  private final io.ashlar.client.Transaction ours;

  /** The keys for which a write conflict was added, in their order. */
  final List<byte[]> conflictKeys = new ArrayList<>();

  PublishedTransaction(io.ashlar.client.Transaction ours) {
    super(ours);
    this.ours = ours;
  }

  @Override
  public void addReadConflictRange(byte[] begin, byte[] end) {
    ours.addReadConflictRange(begin, end);
  }

  @Override
  public void addReadConflictKey(byte[] key) {
    ours.addReadConflictKey(key);
  }

  @Override
  public void addWriteConflictRange(byte[] begin, byte[] end) {
    ours.addWriteConflictRange(begin, end);
  }

  @Override
  public void addWriteConflictKey(byte[] key) {
    conflictKeys.add(key.clone());
    ours.addWriteConflictKey(key);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    ours.set(key, value);
  }

  @Override
  public void clear(byte[] key) {
    ours.clear(key);
  }

  @Override
  public void clear(byte[] begin, byte[] end) {
    ours.clear(begin, end);
  }

  @Override
  public void clear(Range range) {
    ours.clear(range.begin, range.end);
  }

  /** {@inheritDoc} */
  @Override
  @Deprecated
  public void clearRangeStartsWith(byte[] prefix) {
    clear(Range.startsWith(prefix));
  }

  @Override
  public void mutate(MutationType type, byte[] key, byte[] param) {
    ours.mutate(io.ashlar.client.MutationType.valueOf(type.name()), key, param);
  }

  @Override
  public CompletableFuture<Void> commit() {
    throw notNeeded();
  }

  @Override
  public Long getCommittedVersion() {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<byte[]> getVersionstamp() {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<Long> getApproximateSize() {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<Transaction> onError(Throwable error) {
    throw notNeeded();
  }

  @Override
  public void cancel() {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<Void> watch(byte[] key) {
    throw notNeeded();
  }

  @Override
  public Database getDatabase() {
    throw notNeeded();
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

  @Override
  public void close() {
    // The transaction belongs to the test.
  }
}
