package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;

/**
 * The options of a {@link Database}: its own limits, and the defaults of its transactions.
 *
 * @param transactionTimeoutMillis see {@link TransactionOptions#setTimeout}; 0 for none, the
 *     default, since only the caller knows how long it is willing to wait
 * @param transactionRetryLimit how often a transaction is tried again before its last error is
 *     final, see {@link TransactionOptions#setRetryLimit}; default −1, without limit
 * @param transactionMaxRetryDelayMillis default 1,000; 0 or more
 * @param transactionSizeLimitBytes default and most 10,000,000, at least 32
 * @param causalReadRisky whether read versions may rely on a confirmation that is a little old, see
 *     {@link TransactionOptions#setCausalReadRisky}; default false
 * @param snapshotReadYourWrites whether snapshot reads see own writes; default true
 * @param idempotent see {@link TransactionOptions#setIdempotent}; default false. It speaks of all
 *     that this database runs, calls of layers included: a queue may then have twice what was put
 *     once. Rather ask for it in the functions that it is true of
 * @param automaticIdempotency whether {@link Database#run} and {@link Database#runAsync} commit
 *     with idempotency ids, see {@link TransactionOptions#setAutomaticIdempotency}; default true
 * @param watchesMax watches that wait at a time; default 10,000, 1 to 1,000,000: each costs memory
 *     here and on a storage server
 * @param locationsMax shards whose place is remembered; default 100,000, at least 1. When it is
 *     full all are forgotten
 * @param requestTimeoutMillis how long one request to a server may take before it is tried again,
 *     or a commit's result is looked after; default 5,000, at least 10. A server answers within
 *     about a second, be it with an error; with less than that a read at a version which nobody was
 *     given does not fail, but is tried again until the transaction's timeout
 */
public record DatabaseOptions(
    long transactionTimeoutMillis,
    long transactionRetryLimit,
    long transactionMaxRetryDelayMillis,
    long transactionSizeLimitBytes,
    boolean causalReadRisky,
    boolean snapshotReadYourWrites,
    boolean idempotent,
    boolean automaticIdempotency,
    int watchesMax,
    int locationsMax,
    long requestTimeoutMillis) {
  static final int SIZE_LIMIT_BYTES_MIN = 32;
  static final long RETRY_DELAY_MILLIS_MIN = 10;

  public DatabaseOptions {
    atLeast("transactionTimeoutMillis", transactionTimeoutMillis, 0);
    atLeast("transactionMaxRetryDelayMillis", transactionMaxRetryDelayMillis, 0);
    atLeast("transactionSizeLimitBytes", transactionSizeLimitBytes, SIZE_LIMIT_BYTES_MIN);
    atMost("transactionSizeLimitBytes", transactionSizeLimitBytes, Limits.TRANSACTION_BYTES_MAX);
    atLeast("watchesMax", watchesMax, 1);
    atMost("watchesMax", watchesMax, 1_000_000);
    atLeast("locationsMax", locationsMax, 1);
    atLeast("requestTimeoutMillis", requestTimeoutMillis, 10);
  }

  private static void atLeast(String name, long value, long min) {
    if (value < min) {
      throw new AshlarException(
          ErrorCode.INVALID_OPTION_VALUE, name + " is " + value + ", at least is " + min);
    }
  }

  private static void atMost(String name, long value, long max) {
    if (value > max) {
      throw new AshlarException(
          ErrorCode.INVALID_OPTION_VALUE, name + " is " + value + ", at most is " + max);
    }
  }

  public static DatabaseOptions defaults() {
    return new DatabaseOptions(
        0,
        -1,
        1_000,
        Limits.TRANSACTION_BYTES_MAX,
        false,
        true,
        false,
        true,
        10_000,
        100_000,
        5_000);
  }

  public DatabaseOptions withTransactionTimeoutMillis(long millis) {
    return new DatabaseOptions(
        millis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withTransactionRetryLimit(long retries) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        retries,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withTransactionMaxRetryDelayMillis(long millis) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        millis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withTransactionSizeLimitBytes(long bytes) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        bytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withCausalReadRisky(boolean risky) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        risky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withSnapshotReadYourWrites(boolean enabled) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        enabled,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withIdempotent(boolean harmlessTwice) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        harmlessTwice,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withAutomaticIdempotency(boolean enabled) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        enabled,
        watchesMax,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withWatchesMax(int watches) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watches,
        locationsMax,
        requestTimeoutMillis);
  }

  public DatabaseOptions withLocationsMax(int shards) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        shards,
        requestTimeoutMillis);
  }

  public DatabaseOptions withRequestTimeoutMillis(long millis) {
    return new DatabaseOptions(
        transactionTimeoutMillis,
        transactionRetryLimit,
        transactionMaxRetryDelayMillis,
        transactionSizeLimitBytes,
        causalReadRisky,
        snapshotReadYourWrites,
        idempotent,
        automaticIdempotency,
        watchesMax,
        locationsMax,
        millis);
  }
}
