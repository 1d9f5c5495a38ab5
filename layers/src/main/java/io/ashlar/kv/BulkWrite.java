package io.ashlar.kv;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Causes;
import io.ashlar.layer.Repeat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Sets and removes any number of keys, in as many transactions as it takes, and tells for each key
 * what became of it. All that go into the same transaction have the same fate, but one that is too
 * large for any has its own. One that fails does not keep the others from being tried. For one
 * thread until {@link #run}.
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

  /**
   * What is to become of a key.
   *
   * @param content null to remove it
   */
  private record Write<K>(K key, byte[] keyBytes, byte[] content, Duration ttl) {
    int sizeBytes() {
      return OVERHEAD_BYTES + 3 * keyBytes.length + (content == null ? 0 : content.length);
    }
  }

  /** The place of the store and what a row has besides its value, about. */
  private static final int OVERHEAD_BYTES = 100;

  private final KeyValueStore<K, V> store;

  /** By the bytes of the key: of several writes the last counts, and nothing can come after it. */
  private final Map<ByteBuffer, Write<K>> writes = new LinkedHashMap<>();

  public BulkWrite(KeyValueStore<K, V> store) {
    this.store = Objects.requireNonNull(store, "the store is null");
  }

  /** Sets a key, for ever; instead of what was asked for it before. */
  public BulkWrite<K, V> put(K key, V value) {
    return put(key, value, KeyValueStore.FOREVER);
  }

  /**
   * Sets a key, for some time from when it is written; instead of what was asked before.
   *
   * @throws IllegalArgumentException for less than a millisecond
   */
  public BulkWrite<K, V> put(K key, V value, Duration ttl) {
    Objects.requireNonNull(ttl, "the time to live is null");
    Rows.checkTtl(ttl); // Later, all that are written together with it would fail.
    return add(new Write<>(key, store.keyBytes(key), store.valueBytes(value), ttl));
  }

  /** Removes a key; instead of what was asked for it before. */
  public BulkWrite<K, V> delete(K key) {
    return add(new Write<>(key, store.keyBytes(key), null, null));
  }

  private BulkWrite<K, V> add(Write<K> write) {
    writes.put(ByteBuffer.wrap(write.keyBytes()), write);
    return this;
  }

  /**
   * Writes all, one transaction after the other.
   *
   * @return the results by key, in the order in which keys were first named; never fails for an
   *     error of the database. Keys are those objects that were named last: arrays are equal to
   *     nothing but themselves, so with {@link Codec#bytes} go through the entries, or keep them
   */
  public CompletableFuture<Map<K, Result>> run(Database database) {
    List<Write<K>> left = new ArrayList<>(writes.values());
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
              List<Write<K>> batch = left.subList(begin, next[0]);
              return writeBatch(database, batch)
                  .handle(
                      (done, error) -> {
                        Result result = result(error);
                        batch.forEach(write -> results.put(write.key(), result));
                        return true;
                      });
            });
    return database.environment().adopt(all.thenApply(done -> results));
  }

  private int endOfBatch(List<Write<K>> all, int begin) {
    long bytes = 0;
    int end = begin;
    while (end < all.size() && end - begin < BATCH_COUNT_MAX) {
      Write<K> next = all.get(end);
      boolean fits = store.fits(next.keyBytes(), next.content()) && bytes <= BATCH_BYTES_MAX;
      if (!fits) {
        return Math.max(end, begin + 1);
      }
      bytes += next.sizeBytes();
      end++;
    }
    return end;
  }

  private CompletableFuture<Void> writeBatch(Database database, List<Write<K>> batch) {
    return Calls.write(
        database,
        transaction -> {
          CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
          for (Write<K> one : batch) {
            done = done.thenCompose(before -> write(transaction, one));
          }
          return done;
        });
  }

  private CompletableFuture<Void> write(Transaction transaction, Write<K> one) {
    if (one.content() == null) {
      store.rows().clear(transaction, one.keyBytes());
      return CompletableFuture.completedFuture(null);
    }
    return store.set(transaction, one.keyBytes(), one.content(), one.ttl());
  }

  private static Result result(Throwable error) {
    if (error == null) {
      return new Result(Outcome.WRITTEN, null);
    }
    Throwable cause = Causes.of(error);
    boolean isOpen =
        cause instanceof AshlarException known
            && (known.code().isMaybeCommitted() || known.code() == ErrorCode.MAY_STILL_COMMIT);
    return new Result(isOpen ? Outcome.UNKNOWN : Outcome.FAILED, cause);
  }
}
