package io.ashlar.directory;

import com.apple.foundationdb.KeyArrayResult;
import com.apple.foundationdb.KeyRangeArrayResult;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.MappedKeyValue;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.TransactionOptions;
import com.apple.foundationdb.async.AsyncIterable;
import com.apple.foundationdb.async.AsyncIterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** FoundationDB's interface for reading over a transaction of ours. */
class PublishedReads implements ReadTransaction {
  /** The number that FoundationDB's option "next write no write conflict range" has. */
  private static final int NEXT_WRITE_NO_CONFLICT = 30;

  private final io.ashlar.client.ReadTransaction ours;

  PublishedReads(io.ashlar.client.ReadTransaction ours) {
    this.ours = ours;
  }

  /** What a newer version of that code calls beyond this fails the test, and is added here then. */
  static UnsupportedOperationException notNeeded() {
    return new UnsupportedOperationException("the directory code was not known to need this");
  }

  private static io.ashlar.client.KeySelector ours(KeySelector selector) {
    return new io.ashlar.client.KeySelector(
        selector.getKey(), selector.orEqual(), selector.getOffset());
  }

  @Override
  public boolean isSnapshot() {
    return ours.isSnapshot();
  }

  @Override
  public ReadTransaction snapshot() {
    return new PublishedReads(ours.snapshot());
  }

  @Override
  public CompletableFuture<Long> getReadVersion() {
    return ours.getReadVersion();
  }

  @Override
  public void setReadVersion(long version) {
    ours.setReadVersion(version);
  }

  @Override
  public boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end) {
    return ours.addReadConflictRangeIfNotSnapshot(begin, end);
  }

  @Override
  public boolean addReadConflictKeyIfNotSnapshot(byte[] key) {
    return ours.addReadConflictKeyIfNotSnapshot(key);
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    return ours.get(key);
  }

  @Override
  public CompletableFuture<byte[]> getKey(KeySelector selector) {
    return ours.getKey(ours(selector));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode) {
    return new Rows(ours.getRange(ours(begin), ours(end), limit, reverse));
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse) {
    return getRange(begin, end, limit, reverse, StreamingMode.ITERATOR);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end, int limit) {
    return getRange(begin, end, limit, false);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end) {
    return getRange(begin, end, ROW_LIMIT_UNLIMITED);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      byte[] begin, byte[] end, int limit, boolean reverse, StreamingMode mode) {
    return getRange(
        KeySelector.firstGreaterOrEqual(begin),
        KeySelector.firstGreaterOrEqual(end),
        limit,
        reverse,
        mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return getRange(begin, end, limit, reverse, StreamingMode.ITERATOR);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit) {
    return getRange(begin, end, limit, false);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end) {
    return getRange(begin, end, ROW_LIMIT_UNLIMITED);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(
      Range range, int limit, boolean reverse, StreamingMode mode) {
    return getRange(range.begin, range.end, limit, reverse, mode);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit, boolean reverse) {
    return getRange(range.begin, range.end, limit, reverse);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range, int limit) {
    return getRange(range.begin, range.end, limit);
  }

  @Override
  public AsyncIterable<KeyValue> getRange(Range range) {
    return getRange(range.begin, range.end);
  }

  @Override
  public AsyncIterable<MappedKeyValue> getMappedRange(
      KeySelector begin,
      KeySelector end,
      byte[] mapper,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(byte[] begin, byte[] end) {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<Long> getEstimatedRangeSizeBytes(Range range) {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(
      byte[] begin, byte[] end, long chunkSize) {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<KeyArrayResult> getRangeSplitPoints(Range range, long chunkSize) {
    throw notNeeded();
  }

  @Override
  public CompletableFuture<KeyRangeArrayResult> getBlobGranuleRanges(
      byte[] begin, byte[] end, int rowLimit) {
    throw notNeeded();
  }

  @Override
  public TransactionOptions options() {
    return new TransactionOptions(
        (option, parameter) -> {
          if (option != NEXT_WRITE_NO_CONFLICT) {
            throw notNeeded();
          }
          ours.options().setNextWriteNoWriteConflictRange();
        });
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
    return ours.getExecutor();
  }

  private record Rows(io.ashlar.client.AsyncIterable<io.ashlar.client.KeyValue> ours)
      implements AsyncIterable<KeyValue> {
    @Override
    public AsyncIterator<KeyValue> iterator() {
      io.ashlar.client.AsyncIterator<io.ashlar.client.KeyValue> rows = ours.iterator();
      return new AsyncIterator<>() {
        @Override
        public CompletableFuture<Boolean> onHasNext() {
          return rows.onHasNext();
        }

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public KeyValue next() {
          return published(rows.next());
        }

        @Override
        public void cancel() {
          rows.cancel();
        }
      };
    }

    @Override
    public CompletableFuture<List<KeyValue>> asList() {
      return ours.asList().thenApply(rows -> rows.stream().map(Rows::published).toList());
    }

    private static KeyValue published(io.ashlar.client.KeyValue row) {
      return new KeyValue(row.getKey(), row.getValue());
    }
  }
}
