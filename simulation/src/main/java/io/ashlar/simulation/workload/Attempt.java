package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One try of a transaction, from its beginning to its commit: what became of it.
 *
 * @param stamp of a committed one, else null
 * @param readVersion of a read-only one, else −1
 * @param error of one that was not committed, else null; null too when its client gave it up
 */
record Attempt(Outcome outcome, Stamp stamp, long readVersion, ErrorCode error) {
  /** How long a client waits after an error before it does something else. */
  private static final long PAUSE_MAX_NANOS = 50_000_000;

  /** How many transactions in a million their client gives up in the middle, and when. */
  private static final int CANCELLED_PER_MILLION = 10_000;

  private static final long CANCELLED_MAX_NANOS = 100_000_000;

  private static final Attempt GIVEN_UP = new Attempt(Outcome.FAILED, null, -1, null);

  /** How many transactions in a million are tried again on the same object, and how often. */
  private static final int AGAIN_PER_MILLION = 250_000;

  private static final int AGAIN_MAX = 3;

  /** Of these: tries that are not committed, and commits that something else follows. */
  private static final int GIVEN_UP_PER_MILLION = 150_000;

  private static final int AFTER_COMMIT_PER_MILLION = 100_000;

  /** One of several tries that a transaction has. */
  interface Try {
    CompletableFuture<?> run(Transaction transaction);

    void ended(Attempt attempt);
  }

  /**
   * Runs {@code body} in a transaction of its own and commits it. The future fails only for what no
   * store should answer.
   */
  static CompletableFuture<Attempt> run(
      SimClient client, Function<Transaction, CompletableFuture<?>> body) {
    return run(client, client.database().createTransaction(), body);
  }

  /** The same in a transaction that was just made, in a session perhaps. */
  static CompletableFuture<Attempt> run(
      SimClient client, Transaction transaction, Function<Transaction, CompletableFuture<?>> body) {
    perhapsWithIds(client, transaction);
    boolean[] cancelled = cancelAtTimes(client, transaction);
    return once(transaction, body, cancelled, false)
        .whenComplete((attempt, thrown) -> transaction.close());
  }

  /**
   * Does the same with what {@code tries} gives. At times the transaction is begun again after it
   * failed, was given up, or even after it was committed: each time it forgets everything, and is
   * another one to whoever keeps the history.
   *
   * @param tries asked once before each try
   * @return how the last one ended
   */
  static CompletableFuture<Attempt> runTries(
      SimClient client, SeededRandom random, Supplier<Try> tries) {
    int again = random.chance(AGAIN_PER_MILLION) ? 1 + random.nextInt(AGAIN_MAX) : 0;
    Transaction transaction = client.database().createTransaction();
    perhapsWithIds(client, transaction);
    boolean isIdempotent = again > 0 && random.nextBoolean();
    if (isIdempotent) {
      // Each try leaves data of its own, so that one may come after an unknown result.
      transaction.options().setIdempotent();
    }
    boolean[] cancelled = cancelAtTimes(client, transaction);
    return new Tries(transaction, random, tries, cancelled, isIdempotent)
        .next(again)
        .whenComplete((attempt, thrown) -> transaction.close());
  }

  /** Every other client asks for idempotency ids, and hears of no unknown results as a rule. */
  private static void perhapsWithIds(SimClient client, Transaction transaction) {
    if (client.number() % 2 == 0) {
      transaction.options().setAutomaticIdempotency();
    }
  }

  /** The tries of one transaction, one after the other. */
  private record Tries(
      Transaction transaction,
      SeededRandom random,
      Supplier<Try> tries,
      boolean[] cancelled,
      boolean isIdempotent) {

    CompletableFuture<Attempt> next(int left) {
      Try one = tries.get();
      boolean givesUp = left > 0 && random.chance(GIVEN_UP_PER_MILLION);
      return once(transaction, one::run, cancelled, givesUp)
          .thenCompose(
              attempt -> {
                one.ended(attempt);
                ErrorCode why = left > 0 ? whyAgain(attempt) : null;
                return why == null
                    ? CompletableFuture.completedFuture(attempt)
                    : again(attempt, why, left - 1);
              });
    }

    private ErrorCode whyAgain(Attempt attempt) {
      return switch (attempt.outcome) {
        case FAILED -> {
          if (attempt.error == null) {
            yield ErrorCode.NOT_COMMITTED;
          }
          yield attempt.error.isRetryableNotCommitted() ? attempt.error : null;
        }
        case UNKNOWN -> isIdempotent ? attempt.error : null;
        case COMMITTED, READ_ONLY ->
            random.chance(AFTER_COMMIT_PER_MILLION) ? ErrorCode.NOT_COMMITTED : null;
        case OPEN -> null;
      };
    }

    private CompletableFuture<Attempt> again(Attempt before, ErrorCode why, int left) {
      return transaction
          .onError(new AshlarException(why))
          .handle(
              (same, thrown) -> {
                if (thrown == null) {
                  return next(left);
                }
                ErrorCode code = code(thrown);
                boolean isOver =
                    code == ErrorCode.TRANSACTION_TIMED_OUT
                        || (isIdempotent && code.isMaybeCommitted())
                        || (cancelled[0] && code == ErrorCode.TRANSACTION_CANCELLED);
                return isOver
                    ? CompletableFuture.completedFuture(before)
                    : CompletableFuture.<Attempt>failedFuture(thrown);
              })
          .thenCompose(next -> next);
    }
  }

  /** Gives some transactions up in the middle; tells whether it has done so. */
  private static boolean[] cancelAtTimes(SimClient client, Transaction transaction) {
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
    return cancelled;
  }

  private static CompletableFuture<Attempt> once(
      Transaction transaction,
      Function<Transaction, CompletableFuture<?>> body,
      boolean[] cancelled,
      boolean givesUp) {
    boolean[] committing = new boolean[1];
    CompletableFuture<byte[]> stamp = transaction.getVersionstamp();
    return CompletableFuture.completedFuture(transaction)
        .<Object>thenCompose(same -> body.apply(same).thenApply(done -> done))
        .thenCompose(
            done -> {
              if (givesUp) {
                return CompletableFuture.completedFuture(GIVEN_UP);
              }
              committing[0] = true;
              return transaction.commit().thenCompose(nothing -> succeeded(transaction, stamp));
            })
        .handle(
            (attempt, thrown) ->
                thrown == null ? attempt : failed(thrown, committing[0], cancelled[0]));
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

  /** The error that made a call fail; fails with what no store should answer. */
  static ErrorCode code(Throwable thrown) {
    if (!(cause(thrown) instanceof AshlarException error)) {
      throw new CompletionException(cause(thrown));
    }
    return error.code();
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Attempt failed(Throwable thrown, boolean committing, boolean cancelled) {
    ErrorCode code = code(thrown);
    boolean expected =
        code.isRetryable()
            || (cancelled && code == ErrorCode.TRANSACTION_CANCELLED)
            || code == ErrorCode.TRANSACTION_TIMED_OUT
            || code == ErrorCode.MAY_STILL_COMMIT;
    if (!expected) {
      throw new CompletionException(cause(thrown));
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
