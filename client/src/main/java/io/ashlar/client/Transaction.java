package io.ashlar.client;

import java.util.concurrent.CompletableFuture;

/**
 * A strictly serializable transaction: reads at one version, writes kept here until the commit
 * sends them, and takes effect only if nothing that was read has been changed by others meanwhile.
 *
 * <p>Thread-safe: every method may be called from any thread at any time, and none but those named
 * "Blocking" (and {@link #read}, {@link #run}) waits. Calls from several threads take effect one
 * after the other in some order. While a commit is under way, and after it, every other use fails
 * with {@code used_during_commit} (2017).
 *
 * <p>Limits are checked at the call: writes throw, reads fail their future. Nothing is sent before.
 */
public interface Transaction extends AutoCloseable, ReadTransaction, TransactionContext {
  /** Sets {@code key} to {@code value}. */
  void set(byte[] key, byte[] value);

  /** Removes {@code key}. */
  void clear(byte[] key);

  /** Removes all keys from {@code begin}, inclusive, to {@code end}, exclusive. */
  void clear(byte[] begin, byte[] end);

  /** Removes all keys of {@code range}. */
  default void clear(Range range) {
    clear(range.begin, range.end);
  }

  /**
   * An atomic operation: evaluated where the value is, when the transaction is applied, so that it
   * needs no read and conflicts with no one who does the same.
   */
  void mutate(MutationType type, byte[] key, byte[] param);

  /** The commit fails if another transaction writes in the range after the read version. */
  void addReadConflictRange(byte[] begin, byte[] end);

  void addReadConflictKey(byte[] key);

  /** Transactions that read in the range before this one's commit and commit after it fail. */
  void addWriteConflictRange(byte[] begin, byte[] end);

  void addWriteConflictKey(byte[] key);

  /**
   * Sends the writes. Completes when they are durable, or fails; after {@code not_committed} (1020)
   * and every other error that {@link io.ashlar.core.AshlarException#isRetryableNotCommitted}
   * nothing was applied. {@code commit_unknown_result} (1021) comes only once it is settled: the
   * transaction was committed, or never will be. {@code may_still_commit} (7005), after a timeout,
   * a cancel or a close during the commit, leaves it open.
   *
   * <p>A transaction without writes needs no message.
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
   * missed. A connection or server that goes away does not end it.
   *
   * <p>Fails with {@code too_many_watches} (1032) beyond {@link DatabaseOptions#watchesMax}, with
   * the commit when that fails, and when the value could not be read before: with the error of that
   * read, whatever becomes of the commit.
   */
  CompletableFuture<Void> watch(byte[] key);

  /**
   * Decides whether to try again after {@code error}: when it is retryable, waits for a growing,
   * randomised delay, forgets everything but the options, and gives this transaction back; else the
   * future fails with {@code error} itself. {@code commit_unknown_result} (1021) is retried only
   * with {@link TransactionOptions#setIdempotent}.
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
