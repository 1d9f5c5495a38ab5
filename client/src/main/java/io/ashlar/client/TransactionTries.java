package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * The tries of one transaction, one after another: which is the present one, whether another may
 * follow it and after which delay, and what ends them all, be it the caller or the timeout. What
 * the caller is told at the end does not hide that an earlier try may be committed. Guarded by the
 * transaction's monitor.
 */
final class TransactionTries {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The longest delay after errors that say a server is short of memory. */
  private static final long OVERLOAD_DELAY_MILLIS_MAX = 30_000;

  private final ClientTransaction transaction;
  private final ClientDatabase database;
  private final TransactionSettings settings;

  /** The session that the transaction belongs to, or null. */
  private final ClientCausalSession causal;

  private final Session.Lifetime lifetime = new Session.Lifetime();
  private Attempt attempt;
  private long retries;
  private long nextDelayMillis = DatabaseOptions.RETRY_DELAY_MILLIS_MIN;
  private boolean hasTimeout;

  /** It was cancelled or timed out: no retry brings it back. */
  private AshlarException finalFailure;

  /** A try before this one may have been committed, and none since then certainly was. */
  private boolean inDoubt;

  /**
   * @param transaction as far as it has its database, its consistency and its settings
   * @param causal the session it belongs to, or null
   */
  TransactionTries(ClientTransaction transaction, ClientCausalSession causal) {
    this.transaction = transaction;
    this.database = transaction.database();
    this.settings = transaction.settings();
    this.causal = causal;
    this.attempt = newAttempt(false);
  }

  /**
   * @param again whether one has failed before: to read the same once more may well fail again
   */
  private Attempt newAttempt(boolean again) {
    Session session = new Session(lifetime);
    session.presetCausal(causal, again);
    // Replicas may be too far from each other: what failed once is read at a version of all.
    session.presetEventual(transaction.consistency() == Consistency.EVENTUAL && !again);
    session.presetCausalReadRisky(settings.causalReadRisky());
    return new Attempt(database, session);
  }

  /** The present try. With the monitor held. */
  Attempt attempt() {
    return attempt;
  }

  /** As {@link TransactionOptions#setTimeout}. */
  void setTimeout(long millis) {
    long nanos = Math.min(millis, Long.MAX_VALUE / NANOS_PER_MILLI) * NANOS_PER_MILLI;
    Operation operation;
    synchronized (transaction) {
      if (millis == 0 && !hasTimeout) {
        return;
      }
      hasTimeout = millis > 0;
      operation =
          hasTimeout
              ? new TransactionTimeout(database.detached(), lifetime, nanos, this)
              : new LoopTask(database.detached(), lifetime::disarm);
    }
    database.post(operation);
  }

  /** The timeout has expired. On the executor. */
  void onTimedOut() {
    synchronized (transaction) {
      hasTimeout = false;
      if (attempt.phase() == Attempt.Phase.COMMITTED) {
        return;
      }
      finalFailure = TransactionTimeout.timedOut();
    }
    giveUp();
  }

  /** A try is committed for certain, whatever became of those before. With the monitor held. */
  void onCommitted() {
    inDoubt = false;
  }

  /** As {@link Transaction#onError}. */
  CompletableFuture<Transaction> onError(Throwable thrown) {
    Objects.requireNonNull(thrown, "the error is null");
    Throwable error = Blocking.unwrap(thrown);
    if (!(error instanceof AshlarException)) {
      return database.failed(error);
    }
    ErrorCode code = ((AshlarException) error).code();
    ClientFuture<Transaction> future = database.newFuture();
    RetryDelay delay;
    Attempt old;
    synchronized (transaction) {
      boolean again =
          code.isRetryableNotCommitted() || (code.isMaybeCommitted() && settings.isIdempotent());
      boolean limited = settings.retryLimit() >= 0 && retries >= settings.retryLimit();
      if (finalFailure != null) {
        if (again && !limited) {
          leaveCommitted();
        }
        return database.failed(verdict((AshlarException) error, finalFailure));
      }
      if (attempt.phase() == Attempt.Phase.COMMITTING) {
        return database.failed(new AshlarException(ErrorCode.USED_DURING_COMMIT));
      }
      if (!again || limited) {
        return database.failed(verdict((AshlarException) error, (AshlarException) error));
      }
      retries++;
      inDoubt |= code.isMaybeCommitted();
      old = attempt;
      if (old.phase() == Attempt.Phase.ACTIVE) {
        old.fail((AshlarException) error);
      }
      Attempt next = newAttempt(true);
      next.fail(new AshlarException(ErrorCode.USED_DURING_COMMIT, "a retry is waiting"));
      attempt = next;
      long stepNanos = nextStepMillis(code) * NANOS_PER_MILLI;
      delay = new RetryDelay(next.session, stepNanos, e -> onRetryDelayEnded(next, future, e));
    }
    // What was committed stays so, and its watches go on: only the code after it failed.
    boolean failsFutures = old.phase() != Attempt.Phase.COMMITTED;
    database.post(new GiveUp(database.detached(), old, cancelled(), failsFutures));
    database.post(delay);
    return future;
  }

  /**
   * What a retry fails with that is not begun. What ends the tries is no reason to be silent about
   * one that may be committed: who hears of a timeout, or of a conflict, takes it for not
   * committed. With the monitor held.
   *
   * @param last how the last try ended
   * @param why what ends the tries
   */
  private AshlarException verdict(AshlarException last, AshlarException why) {
    if (last.isMaybeCommitted() || last.code() == ErrorCode.MAY_STILL_COMMIT) {
      return last;
    }
    return inDoubt
        ? new AshlarException(
            ErrorCode.COMMIT_UNKNOWN_RESULT,
            "It cannot be known whether an earlier try was committed; what ended the tries after"
                + " it: "
                + why.getMessage(),
            why)
        : why;
  }

  /**
   * The timeout came while the commit was under way, which ended well all the same: what is begun
   * after it fails as if the timeout had come later. With the monitor held.
   */
  private void leaveCommitted() {
    if (attempt.phase() == Attempt.Phase.COMMITTED
        && finalFailure.code() == ErrorCode.TRANSACTION_TIMED_OUT) {
      Attempt next = newAttempt(true);
      next.fail(finalFailure);
      attempt = next;
    }
  }

  private void onRetryDelayEnded(
      Attempt next, ClientFuture<Transaction> future, AshlarException error) {
    AshlarException why = error;
    AshlarException told = null;
    synchronized (transaction) {
      if (finalFailure != null) {
        why = finalFailure;
      } else if (why != null && why.code() == ErrorCode.TRANSACTION_TIMED_OUT) {
        // The timeout came after the try before was committed, which it left alone.
        finalFailure = why;
      }
      if (why == null) {
        next.enter(Attempt.Phase.ACTIVE);
      } else {
        // It never begins: what is called from now on fails with the reason.
        next.fail(why);
        told = next == attempt ? verdict(why, why) : why;
      }
    }
    if (why == null) {
      future.complete(transaction);
    } else {
      future.completeExceptionally(told);
    }
  }

  /** How long to wait at most before the next try. With the monitor held. */
  private long nextStepMillis(ErrorCode code) {
    long max = settings.maxRetryDelayMillis();
    switch (code) {
      case TRANSACTION_TOO_OLD, FUTURE_VERSION -> {
        return Math.min(DatabaseOptions.RETRY_DELAY_MILLIS_MIN, max);
      }
      case COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED, READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED -> {
        max = Math.max(max, OVERLOAD_DELAY_MILLIS_MAX);
      }
      default -> {}
    }
    long step = Math.min(nextDelayMillis, max);
    nextDelayMillis = Math.min(2 * nextDelayMillis, OVERLOAD_DELAY_MILLIS_MAX);
    return step;
  }

  /** As {@link Transaction#cancel}. */
  void cancel() {
    synchronized (transaction) {
      if (attempt.phase() == Attempt.Phase.COMMITTED) {
        return;
      }
      if (finalFailure == null) {
        finalFailure = cancelled();
      }
    }
    giveUp();
  }

  private static AshlarException cancelled() {
    return new AshlarException(ErrorCode.TRANSACTION_CANCELLED);
  }

  /** Fails what is under way and what is still to be called. */
  private void giveUp() {
    Attempt given;
    AshlarException why;
    boolean committing;
    boolean isQuiet;
    synchronized (transaction) {
      given = attempt;
      why = finalFailure;
      isQuiet = given.isQuiet();
      // While a commit is under way the role decides how it ends: it knows what was sent.
      committing = given.phase() == Attempt.Phase.COMMITTING;
      if (!committing) {
        given.fail(why);
      }
    }
    if (!isQuiet) {
      database.post(new GiveUp(database.detached(), given, why, !committing));
    }
  }
}
