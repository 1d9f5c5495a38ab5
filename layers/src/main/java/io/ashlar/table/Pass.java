package io.ashlar.table;

import io.ashlar.client.Database;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.layer.Causes;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One transaction after the other until there is nothing left, with smaller batches after those
 * that were not committed. One that was too large, or took too long, is tried again in smaller
 * ones, up to a bound; after one that was committed they grow again. Thread-safe.
 *
 * @param <T> what a transaction tells
 */
final class Pass<T> {
  private static final int HALVINGS_MAX = 14;

  /** So often in a row it may take too long, however little it does. */
  private static final int FAILURES_MAX = 30;

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  /** One transaction. It may be run several times, also after it was committed. */
  interface Step<T> {
    CompletableFuture<T> run(Transaction transaction, int batchMax);
  }

  /** A batch ends after so many bytes of keys and values, which are all in memory. */
  private static final long BATCH_BYTES_MAX = 4_000_000;

  private final Database database;
  private final PassOptions options;
  private final Step<T> step;
  private final Predicate<T> note;
  private final Consumer<T> doubt;
  private T lastTold;
  private int failures;

  /** How often the next batch is halved; one time less after each that was committed. */
  private int halvings;

  private boolean closed;
  private CompletableFuture<Void> pause;

  /**
   * One whose transactions may be committed twice.
   *
   * @param note called with what each committed transaction tells; says whether there is more
   */
  Pass(Database database, PassOptions options, Step<T> step, Predicate<T> note) {
    this(database, options, step, note, null);
  }

  /**
   * One whose transactions tell something else when they are committed a second time. They are not
   * declared idempotent, so that the database finds out which were committed.
   *
   * @param doubt called with what a transaction has told of which even so nobody knows whether it
   *     was committed; then that step is made again. Null if it does not matter
   */
  Pass(Database database, PassOptions options, Step<T> step, Predicate<T> note, Consumer<T> doubt) {
    this.doubt = doubt;
    this.database = Objects.requireNonNull(database, "the database is null");
    this.options = Objects.requireNonNull(options, "the options are null");
    this.step = step;
    this.note = note;
  }

  /** The keys of a batch: no more than {@code batchMax}, and fewer where they have much. */
  static CompletableFuture<RangePart> read(ReadTransaction reads, Range range, int batchMax) {
    return RangePart.read(
        reads, range, batchMax, false, BATCH_BYTES_MAX, RangePart.endOfPage(reads));
  }

  /** Completes when there is nothing left, or after {@link #close}. */
  CompletableFuture<Void> run() {
    return database.environment().adopt(Repeat.whileTrue(this::stepThenPause));
  }

  private CompletableFuture<Boolean> stepThenPause() {
    return stepOnce()
        .thenCompose(more -> more ? pause() : CompletableFuture.completedFuture(false));
  }

  /** One batch. */
  CompletableFuture<Boolean> stepOnce() {
    int[] tries = new int[1];
    return database
        .runAsync(
            transaction -> {
              if (doubt == null) {
                transaction.options().setIdempotent();
              }
              int batchMax = batchMax(halvings() + tries[0]++);
              return transaction
                  .environment()
                  .adopt(step.run(transaction, batchMax).thenApply(this::tell));
            })
        .handle(this::ended);
  }

  private int batchMax(int halvings) {
    return Math.max(1, options.batchMax() >> Math.min(halvings, HALVINGS_MAX));
  }

  private synchronized int halvings() {
    return halvings;
  }

  private synchronized T tell(T told) {
    lastTold = told;
    return told;
  }

  private synchronized boolean ended(T told, Throwable error) {
    T mayBeCommitted = lastTold;
    lastTold = null;
    if (error == null) {
      failures = 0;
      halvings = Math.max(0, halvings - 1);
      return note.test(told);
    }
    Throwable cause = Causes.of(error);
    if (!(cause instanceof AshlarException known) || !goesWithLess(known.code())) {
      throw new CompletionException(cause);
    }
    failures++;
    halvings = Math.min(halvings + 1, HALVINGS_MAX);
    if (doubt != null && mayBeCommitted != null && isInDoubt(known.code())) {
      doubt.accept(mayBeCommitted);
    }
    return true;
  }

  private static boolean isInDoubt(ErrorCode code) {
    return code == ErrorCode.MAY_STILL_COMMIT || code == ErrorCode.COMMIT_UNKNOWN_RESULT;
  }

  private boolean goesWithLess(ErrorCode code) {
    return switch (code) {
      case TRANSACTION_TOO_LARGE -> batchMax(halvings) > 1;
      case TRANSACTION_TIMED_OUT, MAY_STILL_COMMIT, COMMIT_UNKNOWN_RESULT ->
          failures < FAILURES_MAX;
      default -> false;
    };
  }

  private CompletableFuture<Boolean> pause() {
    synchronized (this) {
      if (!closed) {
        Duration delay = options.pause().plus(PAUSE_AFTER_FAILURE.multipliedBy(failures));
        pause = database.environment().delay(delay);
        return pause.handle((over, error) -> !isClosed());
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Stops after the transaction that is under way; does not wait for that. */
  void close() {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      closed = true;
      waiting = pause;
    }
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
