package io.ashlar.simulation.shape;

import io.ashlar.client.AsyncIterable;
import io.ashlar.client.AsyncIterator;
import io.ashlar.client.Consistency;
import io.ashlar.client.Environment;
import io.ashlar.client.KeySelector;
import io.ashlar.client.KeyValue;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Staleness;
import io.ashlar.client.StreamingMode;
import io.ashlar.client.TransactionOptions;
import io.ashlar.core.AshlarException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Reads that are counted by their shape, and go on to the database as they are. */
class CountedReader implements ReadTransaction {
  final Shapes shapes;
  final Shapes.LastRanges last;
  private final ReadTransaction inner;

  CountedReader(ReadTransaction inner, Shapes shapes, Shapes.LastRanges last) {
    this.inner = inner;
    this.shapes = shapes;
    this.last = last;
  }

  /** Counts the error that the future ends with, if it does. */
  final <T> CompletableFuture<T> seen(CompletableFuture<T> future) {
    future.whenComplete(
        (value, thrown) -> {
          Throwable cause = thrown;
          while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
          }
          if (cause instanceof AshlarException error) {
            shapes.count(error.code());
          }
        });
    return future;
  }

  /** Counts the error that a call throws, if it does. */
  final void seen(Runnable call) {
    try {
      call.run();
    } catch (AshlarException e) {
      shapes.count(e.code());
      throw e;
    }
  }

  @Override
  public boolean isSnapshot() {
    return inner.isSnapshot();
  }

  @Override
  public ReadTransaction snapshot() {
    return isSnapshot() ? this : new CountedReader(inner.snapshot(), shapes, last);
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return seen(inner.getReadVersion());
  }

  @Override
  public CompletableFuture<Long> getStoreTime() {
    return seen(inner.getStoreTime());
  }

  @Override
  public Consistency consistency() {
    return inner.consistency();
  }

  @Override
  public CompletableFuture<Staleness> getStaleness() {
    return seen(inner.getStaleness());
  }

  @Override
  public void setReadVersion(long version) {
    shapes.count(Shapes.Call.SET_READ_VERSION);
    seen(() -> inner.setReadVersion(version));
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    if (!isSnapshot()) {
      shapes.countRange(Shapes.Use.READ_CONFLICT, begin, end, last);
    }
    boolean[] added = new boolean[1];
    seen(() -> added[0] = inner.addReadConflictRangeIfNotSnapshot(begin, end));
    return added[0];
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    boolean[] added = new boolean[1];
    seen(() -> added[0] = inner.addReadConflictKeyIfNotSnapshot(key));
    return added[0];
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    shapes.count(isSnapshot() ? Shapes.Call.GET_SNAPSHOT : Shapes.Call.GET);
    shapes.countKey(key);
    return seen(inner.get(key));
  }

  @Override
  public CompletableFuture<List<byte[]>> getMany(List<byte[]> keys) {
    shapes.count(Shapes.Call.GET_MANY);
    return seen(inner.getMany(keys));
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    shapes.count(selector);
    return seen(inner.getKey(selector));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    shapes.count(begin);
    shapes.count(end);
    if (begin != null && end != null) {
      shapes.countRange(Shapes.Use.READ, begin.getKey(), end.getKey(), last);
    }
    shapes.count(reverse ? Shapes.Call.READ_IN_REVERSE : Shapes.Call.READ_FORWARD);
    if (limit > 0) {
      shapes.count(Shapes.Call.READ_WITH_LIMIT);
    }
    if (isSnapshot()) {
      shapes.count(Shapes.Call.READ_SNAPSHOT_RANGE);
    }
    return new CountedRows(inner.getRange(begin, end, limit, reverse, mode));
  }

  /** The rows of a range. */
  private final class CountedRows implements AsyncIterable<KeyValue> {
    private final AsyncIterable<KeyValue> rows;

    CountedRows(AsyncIterable<KeyValue> rows) {
      this.rows = rows;
    }

    @Override
    public AsyncIterator<KeyValue> iterator() {
      shapes.count(Shapes.Call.READ_ROW_BY_ROW);
      AsyncIterator<KeyValue> iterator = rows.iterator();
      seen(iterator.onHasNext());
      return iterator;
    }

    @Override
    public CompletableFuture<List<KeyValue>> asList() {
      return seen(rows.asList());
    }
  }

  @Override
  public TransactionOptions options() {
    return new CountedOptions(inner.options(), this);
  }

  @Override
  public <T> T read(Function<? super ReadTransaction, T> body) {
    return body.apply(this);
  }

  @Override
  public <T> CompletableFuture<T> readAsync(
      Function<? super ReadTransaction, ? extends CompletableFuture<T>> body) {
    return body.apply(this);
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
