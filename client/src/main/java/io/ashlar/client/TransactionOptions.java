package io.ashlar.client;

/**
 * What is special about one transaction. Set before the calls it concerns, in any state. All
 * options outlive {@link Transaction#onError}. A value that an option does not take is {@code
 * invalid_option_value} (2006), and changes nothing. Thread-safe.
 */
public interface TransactionOptions {
  /**
   * Milliseconds from now until the transaction, with all its repetitions, fails with {@code
   * transaction_timed_out} (1031), or with {@code may_still_commit} (7005) during a commit; 0 for
   * never, and not negative.
   */
  TransactionOptions setTimeout(long millis);

  /** How often {@link Transaction#onError} may retry; negative for without limit. */
  TransactionOptions setRetryLimit(long retries);

  /** The largest delay between two tries in milliseconds; 1,000 unless set, and not negative. */
  TransactionOptions setMaxRetryDelay(long millis);

  /** The most bytes of the transaction; between 32 and 10,000,000. */
  TransactionOptions setSizeLimit(long bytes);

  /** Snapshot reads do not see the transaction's own writes. Nests with the opposite. */
  TransactionOptions setSnapshotRywDisable();

  /** Undoes one {@link #setSnapshotRywDisable}. */
  TransactionOptions setSnapshotRywEnable();

  /**
   * No read sees the transaction's own writes, and nothing that was read is kept. Only before the
   * first read, that of the read version included, or write of this try: {@code
   * client_invalid_operation} (2000) otherwise.
   */
  TransactionOptions setReadYourWritesDisable();

  /**
   * The read version may rely on a confirmation of the epoch that is a little old: cheaper, and
   * stale in the rare case of a partition.
   */
  TransactionOptions setCausalReadRisky();

  /** The next write adds no write conflict range. */
  TransactionOptions setNextWriteNoWriteConflictRange();

  /** System keys, {@code \xff} to {@code \xff\xff}, may be read. */
  TransactionOptions setReadSystemKeys();

  /**
   * System keys may be read and written. Those that are metadata, all but {@code \xff\x02} to
   * {@code \xff\x03}, have 8 MiB at most together: a commit that would make it more fails with
   * {@code client_invalid_operation} (2000), unless it only clears.
   */
  TransactionOptions setAccessSystemKeys();

  /**
   * Reads do not fail with {@code accessed_unreadable} (1036) for versionstamped writes of the
   * transaction: a stamped value is read as it was given, with its hole, and stamped keys are not
   * there.
   */
  TransactionOptions setBypassUnreadable();

  /**
   * The function may be applied twice without harm: {@code commit_unknown_result} (1021) is retried
   * too, and no idempotency id is used unless {@link #setAutomaticIdempotency} asks for one. It is
   * told all the same when no try after it succeeds, whatever ended these, unless the function
   * itself throws something that is no error of the store: that comes out unchanged, and says
   * nothing of the tries before.
   */
  TransactionOptions setIdempotent();

  /**
   * Every commit is sent with an id of its own, which the database keeps for a minute of its time
   * beside what it committed. When the answer of a commit gets lost, the client asks for the id:
   * the commit then succeeds with its version and versionstamp, or fails with {@code not_committed}
   * (1020), and {@link Database#run} applies its function exactly once. {@code
   * commit_unknown_result} (1021) comes only when the database could not be asked for so long that
   * the id is no longer kept; its message says that it can no longer be known what became of the
   * commit.
   *
   * <p>In {@link Database#run} and {@link Database#runAsync} it is so unless {@link
   * DatabaseOptions#automaticIdempotency} says otherwise or the function is declared idempotent.
   * Other transactions have to ask. An id costs some 15 bytes of the log and of storage
   * (docs/performance.md); a transaction without writes has none.
   */
  TransactionOptions setAutomaticIdempotency();

  /** Commits have no ids: the result of one whose answer gets lost stays unknown. */
  TransactionOptions setAutomaticIdempotencyDisable();
}
