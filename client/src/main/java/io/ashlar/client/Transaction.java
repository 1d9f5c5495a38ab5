package io.ashlar.client;

import java.util.concurrent.CompletableFuture;

/**
 * A strictly serializable transaction: reads at one version, writes kept here until the commit
 * sends them, and takes effect only if nothing that was read has been changed by others meanwhile.
 *
 * <p>Thread-safe: every method may be called from any thread at any time, and none but those named
 * "Blocking" (and {@link #read}, {@link #run}) waits. Calls from several threads take effect one
 * after the other in some order.
 *
 * <p>The state decides first. While a commit is under way, and after it, every other use fails with
 * {@code used_during_commit} (2017), and so it does while {@link #onError} waits; after a commit
 * that failed, and after {@link #cancel}, {@link #close} or the timeout, with that error. This
 * holds for all calls but {@link #getCommittedVersion}, {@link #getVersionstamp}, {@link
 * #getApproximateSize}, {@link #options} and what ends the transaction or begins it anew.
 *
 * <p>Limits are checked at the call: writes throw, reads fail their future. Nothing is sent before.
 * A null is a {@link NullPointerException} in any state. Of several errors it is the first of
 * these: {@code invalid_versionstamp_offset} (7001) of a key, {@code key_too_large} (2102) and
 * {@code key_outside_legal_range} (2004) of one key after the other, {@code inverted_range} (2005),
 * {@code invalid_versionstamp_offset} of a value, {@code value_too_large} (2103), {@code
 * transaction_too_large} (2101). The call then has no effect, but for the last one: a transaction
 * that has become too large fails for good with that error.
 */
public interface Transaction extends AutoCloseable, ReadTransaction, TransactionContext {
  /** Sets {@code key} to {@code value}. */
  void set(byte[] key, byte[] value);

  /** Removes {@code key}. */
  void clear(byte[] key);

  /**
   * Removes all keys from {@code begin}, inclusive, to {@code end}, exclusive. {@code
   * inverted_range} (2005) when the end is before the begin; nothing when it is the begin.
   */
  void clear(byte[] begin, byte[] end);

  /** Removes all keys of {@code range}. */
  default void clear(Range range) {
    clear(range.begin, range.end);
  }

  /**
   * An atomic operation: evaluated where the value is, when the transaction is applied, so that it
   * needs no read and conflicts with no one who does the same. Operands may have any length up to
   * the limit of values; so may values that were there.
   *
   * <p>A versionstamped key or value, whose length counts without its last four bytes, is {@code
   * invalid_versionstamp_offset} (7001) when these do not name a place for ten bytes before them.
   */
  void mutate(MutationType type, byte[] key, byte[] param);

  /** The commit fails if another transaction writes in the range after the read version. */
  void addReadConflictRange(byte[] begin, byte[] end);

  /** As {@link #addReadConflictRange}, for one key. */
  void addReadConflictKey(byte[] key);

  /** Transactions that read in the range before this one's commit and commit after it fail. */
  void addWriteConflictRange(byte[] begin, byte[] end);

  /** As {@link #addWriteConflictRange}, for one key. */
  void addWriteConflictKey(byte[] key);

  /**
   * The commit fails with {@code transaction_too_old} (1007), which is retryable, unless its
   * version is at most {@code version}; of several calls the smallest counts. With {@link
   * #getStoreTime} it bounds when the transaction happens: for what must be done while a lease
   * lasts, or before something expires. Nothing to a transaction without writes; forgotten by
   * {@link #onError}.
   */
  void boundCommitVersion(long version);

  /**
   * Sends the writes. Completes when they are durable, or fails; after {@code not_committed} (1020)
   * and every other error that {@link io.ashlar.core.AshlarException#isRetryableNotCommitted}
   * nothing was applied. {@code commit_unknown_result} (1021) comes only once it is settled: the
   * transaction was committed, or never will be; with {@link
   * TransactionOptions#setAutomaticIdempotency} only when it can no longer be known which. {@code
   * may_still_commit} (7005), after a timeout, a cancel or a close during the commit, leaves it
   * open.
   *
   * <p>{@code transaction_too_large} (2101) when keys, values and conflict ranges exceed the limit.
   * {@code client_invalid_operation} (2000) when the cluster refuses a write to its own keys, such
   * as one that takes the first shard away.
   *
   * <p>Reads that are under way are waited for, and count like those that have ended; one that
   * fails does not make the commit fail. The pages of a range that were not asked for yet fail with
   * {@code used_during_commit} (2017).
   *
   * <p>A transaction without writes needs no message, and succeeds whatever its reads did.
   */
  CompletableFuture<Void> commit();

  /**
   * The version of the commit, or −1 when there was nothing to write.
   *
   * @throws io.ashlar.core.AshlarException {@code no_commit_version} (2021) when the transaction
   *     has not been committed
   */
  long getCommittedVersion();

  /**
   * The ten bytes that replaced every versionstamp's hole; call before or after the commit. Fails
   * with {@code no_commit_version} (2021) when there was nothing to write.
   */
  CompletableFuture<byte[]> getVersionstamp();

  /** Bytes of keys, values and conflict ranges so far: what the size limit counts. */
  long getApproximateSize();

  /**
   * A future that completes when the value of {@code key} is no longer the one this transaction
   * sees. It is armed by the commit (a transaction without writes must be committed too), then
   * lives on by itself until it fires, fails, or is cancelled. Changes back and forth may be
   * missed. A connection or server that goes away does not end it. Whoever completes the future,
   * with a timeout for one, ends the watch as by cancelling it, before the commit or after it.
   *
   * <p>Fails with {@code watches_disabled} (1034) after {@link
   * TransactionOptions#setReadYourWritesDisable}, for its key as {@link #get}, then with {@code
   * too_many_watches} (1032) beyond {@link DatabaseOptions#watchesMax}; with the commit when that
   * fails; and when the value could not be read before: with the error of that read, whatever
   * becomes of the commit.
   */
  CompletableFuture<Void> watch(byte[] key);

  /**
   * Decides whether to try again after {@code error}: when it is retryable, waits for a growing,
   * randomised delay, forgets everything but the options, and gives this transaction back; else the
   * future fails with {@code error} itself. {@code commit_unknown_result} (1021) is retried only
   * with {@link TransactionOptions#setIdempotent}.
   *
   * <p>What else was under way of the try before fails with {@code transaction_cancelled} (1025),
   * so does an {@code onError} that still waits. While a commit is under way this fails with {@code
   * used_during_commit} (2017), after {@link #cancel}, {@link #close} or the timeout with the error
   * of that, or with {@code error} itself when it leaves open whether the transaction was committed
   * ({@code commit_unknown_result} (1021), {@code may_still_commit} (7005)); after a commit it
   * begins a new try, and the commit stands. When it does not begin a new try although one before
   * the last may have been committed, and none since then was, it fails with {@code
   * commit_unknown_result} in place of another error of the store.
   */
  CompletableFuture<Transaction> onError(Throwable error);

  /**
   * Gives up: every pending future fails with {@code transaction_cancelled} (1025), a commit under
   * way with {@code may_still_commit} (7005), and so do later calls.
   */
  void cancel();

  /** Where the transaction belongs. */
  Database getDatabase();

  /** {@link #cancel}, unless it was committed. Watches it armed live on. */
  @Override
  void close();

  /** {@link #commit}, waiting for it. Do not call on a loop. */
  default void commitBlocking() {
    Blocking.join(commit());
  }
}
