package io.ashlar.kv;

import io.ashlar.client.Database;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.layer.Repeat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sets any number of keys, in as many transactions as it takes, and tells for each key what became
 * of it. All that go into the same transaction have the same fate. One that fails does not keep the
 * others from being tried. For one thread until {@link #run}.
 */
public final class BulkWrite<K, V> {
  /** What became of a key. */
  public enum Outcome {
    WRITTEN,
    /** Certainly not written. */
    FAILED,
    /** Nobody can tell: written already, or never, unless the error is {@code may_still_commit}. */
    UNKNOWN
  }

  /**
   * The result for a key.
   *
   * @param error why it was not certainly written, else null
   */
  public record Result(Outcome outcome, Throwable error) {}

  /** Far below the limit of a transaction, whose commit takes time that grows with it. */
  private static final int BATCH_BYTES_MAX = 1_000_000;

  private static final int BATCH_COUNT_MAX = 5_000;

  private record Put<K>(K key, byte[] keyBytes, byte[] content) {
    int sizeBytes() {
      return 3 * keyBytes.length + content.length;
    }
  }

  private final KeyValueStore<K, V> store;
  private final List<Put<K>> puts = new ArrayList<>();

  public BulkWrite(KeyValueStore<K, V> store) {
    this.store = Objects.requireNonNull(store, "the store is null");
  }

  /** Adds a key; when it was added before, the later value is written later. */
  public BulkWrite<K, V> put(K key, V value) {
    puts.add(new Put<>(key, store.keyBytes(key), store.valueBytes(value)));
    return this;
  }

  /**
   * Writes all, one transaction after the other.
   *
   * @return the results by key in the order of their first {@link #put}; never fails for an error
   *     of the database
   */
  public CompletableFuture<Map<K, Result>> run(Database database) {
    List<Put<K>> left = new ArrayList<>(puts);
    Map<K, Result> results = new LinkedHashMap<>();
    int[] next = new int[1];
    CompletableFuture<Void> all =
        Repeat.whileTrue(
            () -> {
              int begin = next[0];
              if (begin == left.size()) {
                return CompletableFuture.completedFuture(false);
              }
              next[0] = endOfBatch(left, begin);
              List<Put<K>> batch = left.subList(begin, next[0]);
              return writeBatch(database, batch)
                  .handle(
                      (done, error) -> {
                        Result result = result(error);
                        batch.forEach(put -> results.put(put.key(), result));
                        return true;
                      });
            });
    return database.environment().adopt(all.thenApply(done -> results));
  }

  private int endOfBatch(List<Put<K>> all, int begin) {
    long bytes = 0;
    int end = begin;
    while (end < all.size()
        && end - begin < BATCH_COUNT_MAX
        && (end == begin || bytes + all.get(end).sizeBytes() <= BATCH_BYTES_MAX)) {
      bytes += all.get(end++).sizeBytes();
    }
    return end;
  }

  private CompletableFuture<Void> writeBatch(Database database, List<Put<K>> batch) {
    return database.runAsync(
        transaction -> {
          for (Put<K> put : batch) {
            store.setForEver(transaction, put.keyBytes(), put.content());
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  private static Result result(Throwable error) {
    if (error == null) {
      return new Result(Outcome.WRITTEN, null);
    }
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean isOpen =
        cause instanceof AshlarException known
            && (known.code().isMaybeCommitted() || known.code() == ErrorCode.MAY_STILL_COMMIT);
    return new Result(isOpen ? Outcome.UNKNOWN : Outcome.FAILED, cause);
  }
}
