package io.ashlar.kv;

import io.ashlar.client.Database;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Limits;
import io.ashlar.kv.KeyValueException.Reason;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Repeat;
import io.ashlar.tuple.Subspace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A map in the database, with compare-and-set, counters, keys that expire, scans and batches.
 * Thread-safe and immutable; make as many as you like for the same subspace.
 *
 * <pre>{@code
 * KeyValueStore<String, String> sessions =
 *     new KeyValueStore<>(directory.subspace(), Codec.utf8(), Codec.utf8());
 * sessions.put(database, "ann", "logged in", Duration.ofMinutes(30)).join();
 * String state = sessions.get(database, "ann").join();
 * }</pre>
 *
 * <p>Each call is one transaction, repeated by itself, when it is given a database; given a
 * transaction it is a part of that, together with whatever else that does: wait for each call
 * before the next one and before the commit, since what is not done by then is not part of it, and
 * two at once do not see each other. All calls are strictly serializable, but for those that read
 * in a {@linkplain Database#session session} or {@linkplain Database#eventual eventually}: each
 * call is at the {@link io.ashlar.client.Consistency} of where it is done, expiry included. If the
 * database could not be asked for more than a minute, a call may fail with {@code
 * commit_unknown_result} (1021): then it can no longer be known whether it was done.
 *
 * <p><b>Expiry.</b> A key with a time to live expires at the store time of the transaction that
 * wrote it ({@link ReadTransaction#getStoreTime}) plus that time. It is there until that instant,
 * and never again from it on, for whoever looks, whatever the clocks of machines say and whether or
 * not it was {@linkplain Sweeper swept} away. A transaction that has read a key which expires
 * commits before that instant, or fails with {@code transaction_too_old} (1007) and is repeated: it
 * never acts on what is no more. This holds for what it has itself put, too: with a time to live
 * that is shorter than a commit takes, do not read it again in the same transaction. If that is too
 * strict, as for a scan over keys that expire by the thousand, read through {@link
 * Transaction#snapshot}.
 *
 * <p>Keys have at most 10,000 bytes less the subspace and 10, values 100,000 less 17. They are
 * encoded at once, those of a {@link Batch} when it is applied. So nulls are {@link
 * NullPointerException}s at once, and what a codec does not encode is what that throws, such as an
 * {@link IllegalArgumentException}. Other errors arrive in the future: those of the database,
 * {@link KeyValueException}, {@link IllegalArgumentException} for a time to live below a
 * millisecond.
 */
public final class KeyValueStore<K, V> {
  /** As a time to live: there is none. */
  public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** Keys that are read in one transaction: their values are at most 10 MB. */
  private static final int PART_MAX = 100;

  private final Rows rows;
  private final Codec<K> keys;
  private final Codec<V> values;

  /**
   * A store on all keys of {@code subspace}, which nothing else may use.
   *
   * @param keys encodes keys; their order is that of the bytes
   */
  public KeyValueStore(Subspace subspace, Codec<K> keys, Codec<V> values) {
    this.rows = new Rows(subspace);
    this.keys = Objects.requireNonNull(keys, "the codec of keys is null");
    this.values = Objects.requireNonNull(values, "the codec of values is null");
  }

  Rows rows() {
    return rows;
  }

  byte[] keyBytes(K key) {
    return keys.encode(Objects.requireNonNull(key, "the key is null"));
  }

  /** The rows of all keys that begin with that of {@code prefix}. */
  Range rowsOf(byte[] prefix) {
    byte[] end = keys.endOfPrefix(prefix);
    return end == null ? rows.rowsOf(prefix) : new Range(rows.rowKey(prefix), rows.rowKey(end));
  }

  byte[] valueBytes(V value) {
    return values.encode(Objects.requireNonNull(value, "the value is null"));
  }

  /**
   * Whether a row keeps to the limits of keys and values, whenever it expires.
   *
   * @param content null for no row
   */
  boolean fits(byte[] key, byte[] content) {
    int keyBytes = content == null ? rows.rowKeyBytes(key) : rows.reminderKeyBytes(key);
    return keyBytes <= Limits.KEY_BYTES_MAX
        && (content == null || content.length + Row.HEADER_BYTES_MAX <= Limits.VALUE_BYTES_MAX);
  }

  Entry<K, V> entry(byte[] key, Row row) {
    OptionalLong expiry = row.expires() ? OptionalLong.of(row.expiry()) : OptionalLong.empty();
    return new Entry<>(keys.decode(key), values.decode(row.value()), row.version(), expiry);
  }

  private static long newVersion(Transaction transaction) {
    return transaction.environment().newRandom().nextLong();
  }

  // Single keys.

  /** The value of a key, or null when it is not there. */
  public CompletableFuture<V> get(ReadTransactionContext context, K key) {
    byte[] bytes = keyBytes(key);
    return Calls.read(context, reads -> rows.get(reads, bytes))
        .thenApply(row -> row == null ? null : values.decode(row.value()));
  }

  /** The value of a key with its version and expiry, or null when it is not there. */
  public CompletableFuture<Entry<K, V>> getEntry(ReadTransactionContext context, K key) {
    byte[] bytes = keyBytes(key);
    return Calls.read(context, reads -> rows.get(reads, bytes))
        .thenApply(row -> row == null ? null : entry(bytes, row));
  }

  /**
   * The values of several keys at one version, in their order, null where there is none. The reads
   * go out together. For more than can be read within the seconds of a transaction, and need not be
   * of one version, see {@link #getAllInParts}.
   */
  public CompletableFuture<List<V>> getAll(ReadTransactionContext context, List<K> several) {
    List<byte[]> rowKeys = several.stream().map(key -> rows.rowKey(keyBytes(key))).toList();
    return Calls.read(
            context,
            reads ->
                reads
                    .getMany(rowKeys)
                    .thenCompose(all -> rows.seen(reads, all.stream().map(Row::decode).toList())))
        .thenApply(
            found ->
                found.stream()
                    .map(row -> row == null ? null : values.decode(row.value()))
                    .toList());
  }

  /**
   * As {@link #getAll}, for any number of keys: in as many transactions as it takes, one after the
   * other, and so not at one version.
   */
  public CompletableFuture<List<V>> getAllInParts(Database database, List<K> several) {
    List<K> keys = List.copyOf(several);
    List<V> found = new ArrayList<>(keys.size());
    return database
        .environment()
        .adopt(
            Repeat.whileTrue(
                    () -> {
                      int begin = found.size();
                      int end = Math.min(keys.size(), begin + PART_MAX);
                      return getAll(database, keys.subList(begin, end))
                          .thenApply(
                              part -> {
                                found.addAll(part);
                                return found.size() < keys.size();
                              });
                    })
                .thenApply(done -> found));
  }

  /**
   * Sets a key, for ever, whatever was there. Reads nothing, so that two who do it do not conflict.
   *
   * @return the version of the value
   */
  public CompletableFuture<Long> put(TransactionContext context, K key, V value) {
    return put(context, key, value, FOREVER);
  }

  /** As {@link #put(TransactionContext, Object, Object)}, for some time. */
  public CompletableFuture<Long> put(TransactionContext context, K key, V value, Duration ttl) {
    byte[] bytes = keyBytes(key);
    byte[] content = valueBytes(value);
    Objects.requireNonNull(ttl, "the time to live is null");
    return Calls.write(
        context,
        transaction ->
            expiry(transaction, ttl)
                .thenApply(
                    expiry -> {
                      Row row = new Row(newVersion(transaction), expiry, content);
                      rows.set(transaction, bytes, row);
                      return row.version();
                    }));
  }

  private static CompletableFuture<Long> expiry(Transaction transaction, Duration ttl) {
    return ttl.equals(FOREVER)
        ? CompletableFuture.completedFuture(Row.NEVER)
        : transaction.getStoreTime().thenApply(now -> expiryAt(now, ttl));
  }

  static long expiryAt(long now, Duration ttl) {
    return ttl.equals(FOREVER) ? Row.NEVER : Rows.expiryAfter(now, ttl);
  }

  /**
   * Sets several keys, for ever, all or none, also in a transaction of the caller. Beyond what a
   * transaction holds this fails with {@code transaction_too_large} (2101); see {@link BulkWrite}
   * for that.
   */
  public CompletableFuture<Void> putAll(TransactionContext context, Map<K, V> several) {
    List<Map.Entry<byte[], byte[]>> encoded = new ArrayList<>(several.size());
    several.forEach((key, value) -> encoded.add(Map.entry(keyBytes(key), valueBytes(value))));
    return Calls.write(
        context,
        transaction -> {
          List<Rows.Write> writes =
              encoded.stream()
                  .map(one -> write(transaction, one.getKey(), one.getValue(), Row.NEVER))
                  .toList();
          rows.writeAll(transaction, writes);
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Removes a key. Reads nothing. */
  public CompletableFuture<Void> delete(TransactionContext context, K key) {
    byte[] bytes = keyBytes(key);
    return Calls.write(
        context,
        transaction -> {
          rows.clear(transaction, bytes);
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Removes a key if it is there; gives whether it was. */
  public CompletableFuture<Boolean> deleteIfPresent(TransactionContext context, K key) {
    byte[] bytes = keyBytes(key);
    return Calls.write(
        context,
        transaction ->
            rows.get(transaction, bytes)
                .thenApply(
                    row -> {
                      rows.clear(transaction, bytes);
                      return row != null;
                    }));
  }

  /** Sets a key, for ever, unless it is there; gives the value that is there, or null. */
  public CompletableFuture<V> putIfAbsent(TransactionContext context, K key, V value) {
    return putIfAbsent(context, key, value, FOREVER);
  }

  /** As {@link #putIfAbsent(TransactionContext, Object, Object)}, for some time. */
  public CompletableFuture<V> putIfAbsent(
      TransactionContext context, K key, V value, Duration ttl) {
    byte[] bytes = keyBytes(key);
    byte[] content = valueBytes(value);
    Objects.requireNonNull(ttl, "the time to live is null");
    return Calls.write(
            context,
            transaction ->
                rows.get(transaction, bytes)
                    .thenCompose(
                        row ->
                            row != null
                                ? CompletableFuture.completedFuture(row)
                                : expiry(transaction, ttl)
                                    .thenApply(
                                        expiry -> {
                                          rows.set(
                                              transaction,
                                              bytes,
                                              new Row(newVersion(transaction), expiry, content));
                                          return (Row) null;
                                        })))
        .thenApply(row -> row == null ? null : values.decode(row.value()));
  }

  // Compare and set.

  /**
   * Sets a key that is there to {@code update} if its value is {@code expected}, compared as bytes;
   * gives whether it was. When it expires stays as it is.
   */
  public CompletableFuture<Boolean> compareAndSet(
      TransactionContext context, K key, V expected, V update) {
    byte[] wanted = valueBytes(expected);
    return change(
        context, key, valueBytes(update), row -> row != null && Arrays.equals(row.value(), wanted));
  }

  /**
   * Sets a key that is there to {@code update} if the version of its value is {@code expected},
   * that is, if nobody has written it since; gives whether it was so. When it expires stays as it
   * is.
   */
  public CompletableFuture<Boolean> compareVersionAndSet(
      TransactionContext context, K key, long expected, V update) {
    return change(
        context, key, valueBytes(update), row -> row != null && row.version() == expected);
  }

  private CompletableFuture<Boolean> change(
      TransactionContext context, K key, byte[] update, Function<Row, Boolean> condition) {
    byte[] bytes = keyBytes(key);
    return Calls.write(
        context,
        transaction ->
            rows.get(transaction, bytes)
                .thenApply(
                    row -> {
                      boolean holds = condition.apply(row);
                      if (holds) {
                        rows.set(
                            transaction,
                            bytes,
                            new Row(newVersion(transaction), row.expiry(), update));
                      }
                      return holds;
                    }));
  }

  /** Puts and deletes under conditions, all or none; gives whether the conditions held. */
  public CompletableFuture<Boolean> apply(TransactionContext context, Batch<K, V> batch) {
    // At once, before the caller changes it; what cannot be encoded fails the future of the call.
    CompletableFuture<Batch.Encoded> encoded =
        CompletableFuture.completedFuture(batch).thenApply(one -> one.encode(this));
    return Calls.write(
        context, transaction -> encoded.thenCompose(one -> one.applyTo(transaction)));
  }

  /** A batch for {@link #apply}, of nothing yet. */
  public Batch<K, V> newBatch() {
    return new Batch<>();
  }

  /** A row of its own version, to be written. */
  static Rows.Write write(Transaction transaction, byte[] key, byte[] content, long expiry) {
    return new Rows.Write(key, new Row(newVersion(transaction), expiry, content));
  }

  CompletableFuture<Void> set(Transaction transaction, byte[] key, byte[] content, Duration ttl) {
    return expiry(transaction, ttl)
        .thenAccept(
            expiry ->
                rows.set(transaction, key, new Row(newVersion(transaction), expiry, content)));
  }

  // Counters.

  /**
   * Adds to a counter, which begins at 0, and gives what it is then. Counters are values of eight
   * bytes, big endian: {@code NOT_A_COUNTER} for others. When it expires stays as it is.
   */
  public CompletableFuture<Long> increment(TransactionContext context, K key, long by) {
    return incrementWithin(context, key, by, Long.MIN_VALUE, Long.MAX_VALUE)
        .thenApply(
            sum -> {
              if (sum.isEmpty()) {
                throw new KeyValueException(
                    Reason.COUNTER_OVERFLOW, "adding " + by + " leaves the range of a long");
              }
              return sum.getAsLong();
            });
  }

  /**
   * As {@link #increment}, down.
   *
   * @throws ArithmeticException for the one long that has no opposite
   */
  public CompletableFuture<Long> decrement(TransactionContext context, K key, long by) {
    return increment(context, key, Math.negateExact(by));
  }

  /**
   * Adds to a counter if the sum is within bounds: gives it, or nothing when it would not be, and
   * the counter stays.
   */
  public CompletableFuture<OptionalLong> incrementWithin(
      TransactionContext context, K key, long by, long min, long max) {
    byte[] bytes = keyBytes(key);
    return Calls.write(
        context,
        transaction ->
            rows.get(transaction, bytes)
                .thenApply(
                    row -> {
                      long before = row == null ? 0 : counter(row);
                      long sum = before + by;
                      boolean overflows = ((before ^ sum) & (by ^ sum)) < 0;
                      if (overflows || sum < min || sum > max) {
                        return OptionalLong.empty();
                      }
                      byte[] content = ByteBuffer.allocate(Long.BYTES).putLong(sum).array();
                      long expiry = row == null ? Row.NEVER : row.expiry();
                      rows.set(
                          transaction, bytes, new Row(newVersion(transaction), expiry, content));
                      return OptionalLong.of(sum);
                    }));
  }

  /** What a counter is; 0 when it is not there. */
  public CompletableFuture<Long> getCounter(ReadTransactionContext context, K key) {
    byte[] bytes = keyBytes(key);
    return Calls.read(context, reads -> rows.get(reads, bytes))
        .thenApply(row -> row == null ? 0 : counter(row));
  }

  private static long counter(Row row) {
    if (row.value().length != Long.BYTES) {
      throw new KeyValueException(
          Reason.NOT_A_COUNTER, "a counter has 8 bytes, this value " + row.value().length);
    }
    return ByteBuffer.wrap(row.value()).getLong();
  }

  // Expiry.

  /** Lets a key expire after {@code ttl} from now; gives whether it is there. */
  public CompletableFuture<Boolean> expire(TransactionContext context, K key, Duration ttl) {
    byte[] bytes = keyBytes(key);
    Objects.requireNonNull(ttl, "the time to live is null");
    return Calls.write(
        context,
        transaction ->
            rows.get(transaction, bytes)
                .thenCompose(
                    row ->
                        row == null
                            ? CompletableFuture.completedFuture(false)
                            : expiry(transaction, ttl)
                                .thenApply(
                                    expiry -> {
                                      long version = newVersion(transaction);
                                      Row changed = new Row(version, expiry, row.value());
                                      rows.replace(transaction, bytes, row, changed);
                                      return true;
                                    })));
  }

  /** Keeps a key for ever; gives whether it is there. */
  public CompletableFuture<Boolean> persist(TransactionContext context, K key) {
    return expire(context, key, FOREVER);
  }

  /**
   * How long a key will be there: {@link #FOREVER} without an expiry, null when it is not there.
   */
  public CompletableFuture<Duration> ttl(ReadTransactionContext context, K key) {
    byte[] bytes = keyBytes(key);
    return Calls.read(
        context,
        reads ->
            rows.get(reads, bytes)
                .thenCompose(
                    row -> {
                      if (row == null || !row.expires()) {
                        return CompletableFuture.completedFuture(row == null ? null : FOREVER);
                      }
                      return reads
                          .getStoreTime()
                          .thenApply(now -> Duration.ofMillis(row.expiry() - now));
                    }));
  }

  /** Removes, in the background or when asked to, what has expired. */
  public Sweeper newSweeper(Database database, SweeperOptions options) {
    return new Sweeper(database, rows, options);
  }

  // Scans.

  /** A scan over all keys. */
  public Scan<K, V> scan() {
    return new Scan<>(this, new byte[0]);
  }

  /**
   * A scan over the keys that begin with {@code prefix}: whose bytes begin with its bytes, unless
   * the codec says otherwise ({@link Codec#endOfPrefix}).
   */
  public Scan<K, V> scanPrefix(K prefix) {
    return new Scan<>(this, keyBytes(prefix));
  }
}
