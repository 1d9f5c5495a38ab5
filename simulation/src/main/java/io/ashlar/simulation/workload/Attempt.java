package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * One transaction from its beginning to its commit, without a retry: what became of it.
 *
 * @param stamp of a committed one, else null
 * @param readVersion of a read-only one, else −1
 * @param error of one that was not committed, else null
 */
record Attempt(Outcome outcome, Stamp stamp, long readVersion, ErrorCode error) {
  /** How long a client waits after an error before it does something else. */
  private static final long PAUSE_MAX_NANOS = 50_000_000;

  /** How many transactions in a million their client gives up in the middle, and when. */
  private static final int CANCELLED_PER_MILLION = 10_000;

  private static final long CANCELLED_MAX_NANOS = 100_000_000;

  /**
   * Runs {@code body} in a transaction of its own and commits it. The future fails only for what no
   * store should answer.
   */
  static CompletableFuture<Attempt> run(
      SimClient client, Function<Transaction, CompletableFuture<?>> body) {
    Transaction transaction = client.database().createTransaction();
    boolean[] committing = new boolean[1];
    boolean[] cancelled = new boolean[1];
    if (client.random().chance(CANCELLED_PER_MILLION)) {
      client
          .pause(client.random().nextLong(CANCELLED_MAX_NANOS))
          .thenRun(
              () -> {
                cancelled[0] = true;
                transaction.cancel();
              });
    }
    CompletableFuture<byte[]> stamp = transaction.getVersionstamp();
    return body.apply(transaction)
        .thenCompose(
            done -> {
              committing[0] = true;
              return transaction.commit();
            })
        .thenCompose(done -> succeeded(transaction, stamp))
        .handle(
            (attempt, thrown) -> {
              transaction.close();
              return thrown == null ? attempt : failed(thrown, committing[0], cancelled[0]);
            });
  }

  private static CompletableFuture<Attempt> succeeded(
      Transaction transaction, CompletableFuture<byte[]> stamp) {
    long version = transaction.getCommittedVersion();
    if (version >= 0) {
      return stamp.thenApply(
          ten -> {
            Stamp place = Stamp.of(Bytes.copyOf(ten));
            Check.that(
                place.version() == version,
                "the versionstamp has version ",
                place.version(),
                " and the commit ",
                version);
            return new Attempt(Outcome.COMMITTED, place, -1, null);
          });
    }
    return CompletableFuture.completedFuture(new Attempt(Outcome.READ_ONLY, null, -1, null));
  }

  private static Attempt failed(Throwable thrown, boolean committing, boolean cancelled) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (!(cause instanceof AshlarException error)) {
      throw new CompletionException(cause);
    }
    ErrorCode code = error.code();
    boolean expected =
        code.isRetryable()
            || (cancelled && code == ErrorCode.TRANSACTION_CANCELLED)
            || code == ErrorCode.TRANSACTION_TIMED_OUT
            || code == ErrorCode.MAY_STILL_COMMIT;
    if (!expected) {
      throw new CompletionException(cause);
    }
    if (code == ErrorCode.MAY_STILL_COMMIT) {
      return new Attempt(Outcome.OPEN, null, -1, code);
    }
    boolean unknown = code.isMaybeCommitted();
    Check.that(committing || !unknown, "an unknown result before the commit: ", code);
    return new Attempt(unknown ? Outcome.UNKNOWN : Outcome.FAILED, null, -1, code);
  }

  boolean isCommitted() {
    return outcome == Outcome.COMMITTED;
  }

  /** Gives the store a little time after an error. */
  CompletableFuture<Void> pause(SimClient client) {
    return error == null
        ? CompletableFuture.completedFuture(null)
        : client.pause(client.random().nextLong(PAUSE_MAX_NANOS));
  }
}
