package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;

/** The options of one transaction, guarded by it. */
final class TransactionSettings implements TransactionOptions {
  private final ClientTransaction transaction;
  private long retryLimit;
  private long maxRetryDelayMillis;
  private long sizeLimitBytes;
  private int snapshotReadYourWrites;
  private boolean readYourWrites = true;
  private boolean causalReadRisky;
  private boolean readSystemKeys;
  private boolean writeSystemKeys;
  private boolean bypassUnreadable;
  private boolean idempotent;

  /** What was asked for; null for what {@link #isInRetryLoop} says. */
  private Boolean automaticIdempotency;

  private final boolean loopsHaveIds;
  private boolean isInRetryLoop;

  TransactionSettings(ClientTransaction transaction, DatabaseOptions defaults) {
    this.transaction = transaction;
    retryLimit = defaults.transactionRetryLimit();
    maxRetryDelayMillis = defaults.transactionMaxRetryDelayMillis();
    sizeLimitBytes = defaults.transactionSizeLimitBytes();
    snapshotReadYourWrites = defaults.snapshotReadYourWrites() ? 1 : 0;
    causalReadRisky = defaults.causalReadRisky();
    idempotent = defaults.idempotent();
    loopsHaveIds = defaults.automaticIdempotency();
  }

  @Override
  public TransactionOptions setTimeout(long millis) {
    if (millis < 0) {
      throw invalid("a timeout of " + millis + " ms; 0 is for none");
    }
    transaction.setTimeout(millis);
    return this;
  }

  @Override
  public TransactionOptions setRetryLimit(long retries) {
    synchronized (transaction) {
      retryLimit = retries;
      return this;
    }
  }

  @Override
  public TransactionOptions setMaxRetryDelay(long millis) {
    if (millis < 0) {
      throw invalid("a delay of " + millis + " ms");
    }
    synchronized (transaction) {
      maxRetryDelayMillis = millis;
      return this;
    }
  }

  @Override
  public TransactionOptions setSizeLimit(long bytes) {
    if (bytes < DatabaseOptions.SIZE_LIMIT_BYTES_MIN || bytes > Limits.TRANSACTION_BYTES_MAX) {
      throw invalid("a size limit of " + bytes + " bytes; from 32 to 10,000,000 is possible");
    }
    synchronized (transaction) {
      sizeLimitBytes = bytes;
      return this;
    }
  }

  @Override
  public TransactionOptions setSnapshotRywDisable() {
    synchronized (transaction) {
      snapshotReadYourWrites--;
      return this;
    }
  }

  @Override
  public TransactionOptions setSnapshotRywEnable() {
    synchronized (transaction) {
      snapshotReadYourWrites++;
      return this;
    }
  }

  @Override
  public TransactionOptions setReadYourWritesDisable() {
    synchronized (transaction) {
      if (transaction.attempt().used) {
        throw new AshlarException(
            ErrorCode.CLIENT_INVALID_OPERATION,
            "read-your-writes can only be turned off before the first read or write");
      }
      readYourWrites = false;
      return this;
    }
  }

  @Override
  public TransactionOptions setCausalReadRisky() {
    synchronized (transaction) {
      causalReadRisky = true;
      transaction.attempt().session.presetCausalReadRisky(true);
      return this;
    }
  }

  @Override
  public TransactionOptions setNextWriteNoWriteConflictRange() {
    synchronized (transaction) {
      transaction.attempt().writes.skipNextConflict();
      return this;
    }
  }

  @Override
  public TransactionOptions setReadSystemKeys() {
    synchronized (transaction) {
      readSystemKeys = true;
      return this;
    }
  }

  @Override
  public TransactionOptions setAccessSystemKeys() {
    synchronized (transaction) {
      readSystemKeys = true;
      writeSystemKeys = true;
      return this;
    }
  }

  @Override
  public TransactionOptions setBypassUnreadable() {
    synchronized (transaction) {
      bypassUnreadable = true;
      return this;
    }
  }

  @Override
  public TransactionOptions setIdempotent() {
    synchronized (transaction) {
      idempotent = true;
      return this;
    }
  }

  @Override
  public TransactionOptions setAutomaticIdempotency() {
    synchronized (transaction) {
      automaticIdempotency = true;
      return this;
    }
  }

  @Override
  public TransactionOptions setAutomaticIdempotencyDisable() {
    synchronized (transaction) {
      automaticIdempotency = false;
      return this;
    }
  }

  /** The transaction is that of a {@link Database#run}. */
  void setInRetryLoop() {
    synchronized (transaction) {
      isInRetryLoop = true;
    }
  }

  // The rest is called with the transaction's monitor held.

  long retryLimit() {
    return retryLimit;
  }

  long maxRetryDelayMillis() {
    return maxRetryDelayMillis;
  }

  long sizeLimitBytes() {
    return sizeLimitBytes;
  }

  boolean readsYourWrites() {
    return readYourWrites;
  }

  /** Whether reads see the transaction's own writes. */
  boolean seesOwnWrites(boolean snapshot) {
    return readYourWrites && (!snapshot || snapshotReadYourWrites > 0);
  }

  boolean causalReadRisky() {
    return causalReadRisky;
  }

  /** The end of what may be read. */
  Bytes readEnd() {
    return readSystemKeys ? Keys.SYSTEM_END : Keys.USER_END;
  }

  /** The end of what may be written. */
  Bytes writeEnd() {
    return writeSystemKeys ? Keys.SYSTEM_END : Keys.USER_END;
  }

  boolean bypassesUnreadable() {
    return bypassUnreadable;
  }

  boolean isIdempotent() {
    return idempotent;
  }

  /** Whether a commit leaves a row by which a result that got lost can be looked up. */
  boolean usesIdempotencyId() {
    if (automaticIdempotency != null) {
      return automaticIdempotency;
    }
    return isInRetryLoop && loopsHaveIds && !idempotent;
  }

  private static AshlarException invalid(String what) {
    return new AshlarException(ErrorCode.INVALID_OPTION_VALUE, what);
  }
}
