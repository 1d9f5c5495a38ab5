package io.ashlar.kv;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.layer.Causes;
import io.ashlar.layer.Repeat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Removes the rows of keys that have expired. Nobody sees these any more, so it is about space
 * alone: it may be late, or not run at all, and any number of them may run.
 *
 * <p>A batch is one transaction: it reads the oldest reminders, looks again whether their rows have
 * expired, and removes both. It is no obstacle to writers: its reads add no read conflicts, since a
 * row is removed only if it still has the very bytes that were read (each write of a row has
 * another version in it); its writes add no write conflicts, since whoever has read such a row has
 * taken it for absent, which it stays.
 *
 * <p>It leaves alone what expired within the last {@link #GRACE}. A transaction that writes a key
 * with a short time to live may be committed after the key has expired, but not so long after; so a
 * reminder that is removed has no writer on its way that relies on it.
 *
 * <p>Thread-safe.
 */
public final class Sweeper implements AutoCloseable {
  /** More than the time between the reads of a transaction and its commit can be. */
  public static final Duration GRACE = Duration.ofSeconds(6);

  /** What one batch may send: rows, to be compared, and the keys of rows and reminders. */
  private static final long BATCH_BYTES_MAX = 1_000_000;

  private final Database database;
  private final Rows rows;
  private final SweeperOptions options;
  private boolean closed;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> pause;
  private long removed;
  private Duration lag = Duration.ZERO;

  Sweeper(Database database, Rows rows, SweeperOptions options) {
    this.database = database;
    this.rows = rows;
    this.options = options;
  }

  /**
   * What one batch did.
   *
   * @param reminders how many were removed
   * @param rows how many rows with them: the others had been written anew, or deleted
   * @param lag how long ago expired what is the oldest still there, beyond {@link #GRACE}; zero
   *     when nothing is left
   */
  public record Swept(int reminders, int rows, Duration lag) {}

  /** Sweeps one batch; repeatable without harm. */
  public CompletableFuture<Swept> sweepOnce() {
    return database
        .runAsync(
            transaction -> {
              transaction.options().setIdempotent();
              return transaction.environment().adopt(sweep(transaction));
            })
        .thenApply(this::note);
  }

  private synchronized Swept note(Swept swept) {
    removed += swept.rows();
    lag = swept.lag();
    return swept;
  }

  private CompletableFuture<Swept> sweep(Transaction transaction) {
    ReadTransaction reads = transaction.snapshot();
    return transaction
        .getStoreTime()
        .thenCompose(
            now -> {
              long horizon = now - GRACE.toMillis();
              return reads
                  .getRange(rows.remindersBefore(horizon), options.batchMax() + 1)
                  .asList()
                  .thenCompose(reminders -> remove(transaction, reminders, horizon));
            });
  }

  private CompletableFuture<Swept> remove(
      Transaction transaction, List<KeyValue> reminders, long horizon) {
    int count = Math.min(reminders.size(), options.batchMax());
    List<byte[]> rowKeys =
        reminders.subList(0, count).stream()
            .map(reminder -> rows.rowKey(rows.keyOfReminder(reminder.getKey())))
            .toList();
    return transaction
        .snapshot()
        .getMany(rowKeys)
        .thenApply(
            found -> {
              int done = 0;
              int gone = 0;
              long bytes = 0;
              while (done < count && bytes < BATCH_BYTES_MAX) {
                byte[] row = found.get(done);
                if (row != null && !Row.decode(row).isAliveAt(horizon)) {
                  transaction.options().setNextWriteNoWriteConflictRange();
                  transaction.mutate(MutationType.COMPARE_AND_CLEAR, rowKeys.get(done), row);
                  bytes += rowKeys.get(done).length + row.length;
                  gone++;
                }
                byte[] reminder = reminders.get(done).getKey();
                transaction.options().setNextWriteNoWriteConflictRange();
                transaction.clear(reminder);
                // The clear of a key is that of a range: it has two.
                bytes += 2L * reminder.length;
                done++;
              }
              return new Swept(done, gone, lagBehind(reminders, done, horizon));
            });
  }

  private Duration lagBehind(List<KeyValue> reminders, int done, long horizon) {
    return done == reminders.size()
        ? Duration.ZERO
        : Duration.ofMillis(horizon - rows.expiryOfReminder(reminders.get(done).getKey()));
  }

  /**
   * Sweeps on and on, until {@link #close}: at once after a full batch, with a pause after one that
   * was not. What the database refuses for a while is tried again after a pause.
   *
   * @return completes after the close; fails when the database cannot be used any more
   */
  public synchronized CompletableFuture<Void> start() {
    if (running == null) {
      running = database.environment().adopt(Repeat.whileTrue(this::sweepOn));
    }
    return running;
  }

  private CompletableFuture<Boolean> sweepOn() {
    if (isClosed()) {
      return CompletableFuture.completedFuture(false);
    }
    return sweepOnce()
        .handle(
            (swept, error) -> {
              if (error != null && !Causes.mayGoAway(error)) {
                return CompletableFuture.<Boolean>failedFuture(error);
              }
              boolean isFull = error == null && !swept.lag().isZero();
              return isFull ? CompletableFuture.completedFuture(true) : pauseThenGoOn();
            })
        .thenCompose(next -> next);
  }

  private CompletableFuture<Boolean> pauseThenGoOn() {
    synchronized (this) {
      if (!closed) {
        pause = database.environment().delay(options.pause());
        return pause.handle((over, error) -> !isClosed());
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** How many rows this has removed so far. */
  public synchronized long removed() {
    return removed;
  }

  /** How far behind it was after the last batch, as {@link Swept#lag}. */
  public synchronized Duration lag() {
    return lag;
  }

  /** Stops after the batch that is under way; does not wait for that. */
  @Override
  public void close() {
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
