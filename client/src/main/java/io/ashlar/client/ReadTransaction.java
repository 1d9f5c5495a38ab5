package io.ashlar.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The reading half of a transaction. All reads see the database at one version, with the
 * transaction's own writes on top.
 *
 * <p>Byte arrays that are handed over are copied, those that come back belong to the caller.
 * Thread-safe.
 *
 * <p>An argument that is null, or a list with a null in it, is an error of the program: every call
 * throws {@link NullPointerException} at once, whatever the transaction's state. All other errors
 * of reads arrive in the future, never as an exception of the call; where several are due it is the
 * first of: that of the transaction's state ({@link Transaction}), {@code range_limits_invalid}
 * (2012), {@code exact_mode_without_limits} (2210), {@code key_too_large} (2102) and {@code
 * key_outside_legal_range} (2004), the latter two key by key in the order of the arguments. A call
 * that is refused for its arguments has no effect.
 *
 * <p>Keys are at most 10,000 bytes and below {@code \xff}; ends of ranges and references of
 * selectors have one byte more and may be {@code \xff} itself. For the system keys from there to
 * {@code \xff\xff} see {@link TransactionOptions#setReadSystemKeys}.
 */
public interface ReadTransaction extends ReadTransactionContext {
  /** As a limit of rows: none. */
  int ROW_LIMIT_UNLIMITED = 0;

  /** Whether reads of this object add no read conflicts. */
  boolean isSnapshot();

  /**
   * The same transaction, read without read conflicts: what others write to what is read this way
   * does not make the commit fail.
   */
  ReadTransaction snapshot();

  /** The version all reads are at; fetched with the first read, or by this. */
  CompletableFuture<Long> getReadVersion();

  /**
   * The store time at the read version, in milliseconds since 1970: the database's own clock, which
   * is a function of versions. It never goes back, is the same for all who read at the version, and
   * runs on at the speed of versions: 1,000 of them are a millisecond, as long as no recovery lies
   * between; after one it continues with at least the wall clock of the machine that led it. In a
   * database that nobody writes to it goes on in steps of about a second.
   */
  CompletableFuture<Long> getStoreTime();

  /** What its reads may show. */
  Consistency consistency();

  /** How old what is read is; fetches the version like {@link #getReadVersion}. */
  CompletableFuture<Staleness> getStaleness();

  /**
   * Fixes the version of all reads. For transactions at {@link Consistency#STRONG} alone: {@code
   * client_invalid_operation} (2000) for others, which choose it themselves.
   *
   * <p>A version may come from anywhere, such as another client's commit. One below the window
   * makes reads and the commit fail with {@code transaction_too_old} (1007), one that nobody was
   * given yet with {@code future_version} (1009).
   *
   * @throws io.ashlar.core.AshlarException {@code version_invalid} (2011) for a version that is not
   *     positive, {@code read_version_already_set} (2010) after the first read or this call
   */
  void setReadVersion(long version);

  /**
   * Adds a read conflict range unless this is a snapshot view: the commit fails if another
   * transaction writes there after the read version.
   *
   * @return whether it was added
   * @throws io.ashlar.core.AshlarException as {@link Transaction#addReadConflictRange}; a snapshot
   *     view does not look at its arguments or the state
   */
  boolean addReadConflictRangeIfNotSnapshot(byte[] begin, byte[] end);

  /** As {@link #addReadConflictRangeIfNotSnapshot}, for one key. */
  boolean addReadConflictKeyIfNotSnapshot(byte[] key);

  /**
   * The value of {@code key}, or null when it is absent. Fails with {@code accessed_unreadable}
   * (1036), as every read, when only the commit will know it.
   */
  CompletableFuture<byte[]> get(byte[] key);

  /**
   * The values of several keys, in their order, null where absent. The same as as many calls of
   * {@link #get}, in fewer objects.
   */
  CompletableFuture<List<byte[]>> getMany(List<byte[]> keys);

  /**
   * The key that {@code selector} names: the empty key when it lies before the first, and the end
   * of the legal key space ({@code \xff}) when it lies behind the last. Any offset will do; it
   * takes time that grows with it.
   */
  CompletableFuture<byte[]> getKey(KeySelector selector);

  /**
   * The rows from {@code begin}, inclusive, to {@code end}, exclusive, in order.
   *
   * <p>Nothing is read before the iterator is asked for; then rows come in pages whose size {@code
   * mode} decides, each fetched when the one before is used up. Read conflicts cover what was
   * fetched and no more. Writes of this transaction that happen between two pages are seen by the
   * later one. A range that ends before it begins has no rows.
   *
   * @param limit how many rows at most; {@link #ROW_LIMIT_UNLIMITED} for all; {@code
   *     range_limits_invalid} (2012) when negative
   * @param reverse from the last row backwards
   * @param mode {@link StreamingMode#EXACT} without a limit is {@code exact_mode_without_limits}
   *     (2210)
   */
  AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse, StreamingMode mode);

  default AsyncIterable<KeyValue> getRange(
      KeySelector begin, KeySelector end, int limit, boolean reverse) {
    return getRange(begin, end, limit, reverse, StreamingMode.ITERATOR);
  }

  default AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end, int limit) {
    return getRange(begin, end, limit, false);
  }

  default AsyncIterable<KeyValue> getRange(KeySelector begin, KeySelector end) {
    return getRange(begin, end, ROW_LIMIT_UNLIMITED);
  }

  default AsyncIterable<KeyValue> getRange(
      byte[] begin, byte[] end, int limit, boolean reverse, StreamingMode mode) {
    return getRange(
        KeySelector.firstGreaterOrEqual(begin),
        KeySelector.firstGreaterOrEqual(end),
        limit,
        reverse,
        mode);
  }

  default AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit, boolean reverse) {
    return getRange(begin, end, limit, reverse, StreamingMode.ITERATOR);
  }

  default AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end, int limit) {
    return getRange(begin, end, limit, false);
  }

  default AsyncIterable<KeyValue> getRange(byte[] begin, byte[] end) {
    return getRange(begin, end, ROW_LIMIT_UNLIMITED);
  }

  default AsyncIterable<KeyValue> getRange(
      Range range, int limit, boolean reverse, StreamingMode mode) {
    return getRange(range.begin, range.end, limit, reverse, mode);
  }

  default AsyncIterable<KeyValue> getRange(Range range, int limit, boolean reverse) {
    return getRange(range, limit, reverse, StreamingMode.ITERATOR);
  }

  default AsyncIterable<KeyValue> getRange(Range range, int limit) {
    return getRange(range, limit, false);
  }

  default AsyncIterable<KeyValue> getRange(Range range) {
    return getRange(range, ROW_LIMIT_UNLIMITED);
  }

  /** The options of the transaction; common to it and its snapshot view. */
  TransactionOptions options();

  /** {@link #get}, waiting for it. Do not call on a loop. */
  default byte[] getBlocking(byte[] key) {
    return Blocking.join(get(key));
  }

  /** {@link #getMany}, waiting for it. Do not call on a loop. */
  default List<byte[]> getManyBlocking(List<byte[]> keys) {
    return Blocking.join(getMany(keys));
  }

  /** {@link #getKey}, waiting for it. Do not call on a loop. */
  default byte[] getKeyBlocking(KeySelector selector) {
    return Blocking.join(getKey(selector));
  }

  /** All rows of {@link #getRange(Range)}, waiting for them. Do not call on a loop. */
  default List<KeyValue> getRangeBlocking(Range range) {
    return Blocking.join(getRange(range).asList());
  }

  /** All rows of {@link #getRange(byte[], byte[])}, waiting for them. Do not call on a loop. */
  default List<KeyValue> getRangeBlocking(byte[] begin, byte[] end) {
    return Blocking.join(getRange(begin, end).asList());
  }
}
