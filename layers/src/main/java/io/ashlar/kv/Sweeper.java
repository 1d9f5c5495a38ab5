package io.ashlar.kv;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.layer.Causes;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

  /** Rows that are read at a time: at most 5 MB. */
  private static final int ROWS_TOGETHER = 50;

  private static final int HALVINGS_MAX = 14;

  private final Database database;

  /** With a row more it must fit into a transaction of this database. */
  private final long batchBytesMax;

  private final Rows rows;
  private final SweeperOptions options;
  private boolean closed;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> pause;
  private long removed;
  private Duration lag = Duration.ZERO;

  Sweeper(Database database, Rows rows, SweeperOptions options) {
    this.database = database;
    this.batchBytesMax =
        Math.min(BATCH_BYTES_MAX, database.options().transactionSizeLimitBytes() / 2);
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

  /** Sweeps one batch; repeatable without harm. One that is not committed is tried in halves. */
  public CompletableFuture<Swept> sweepOnce() {
    int[] tries = new int[1];
    return database
        .runAsync(
            transaction -> {
              transaction.options().setIdempotent();
              Sweep batch = new Sweep(transaction, tries[0]++);
              return transaction.environment().adopt(batch.run());
            })
        .thenApply(this::note);
  }

  private synchronized Swept note(Swept swept) {
    removed += swept.rows();
    lag = swept.lag();
    return swept;
  }

  private synchronized void noteLag(Duration seen) {
    lag = seen;
  }

  /** One batch. It ends early where there is much to compare, or when reading takes long. */
  private final class Sweep {
    private final Transaction transaction;
    private final ReadTransaction reads;
    private final int tries;
    private final int most;
    private final long end;
    private long horizon;
    private RangePart reminders;
    private int done;

    /** Keys of rows that it removes: several reminders may have led to one. */
    private final Set<Bytes> gone = new TreeSet<>();

    private long bytes;

    Sweep(Transaction transaction, int tries) {
      this.transaction = transaction;
      this.reads = transaction.snapshot();
      this.tries = tries;
      this.most = Math.max(1, options.batchMax() >> Math.min(tries, HALVINGS_MAX));
      this.end = RangePart.endOfPage(reads);
    }

    CompletableFuture<Swept> run() {
      return transaction
          .getStoreTime()
          .thenCompose(
              now -> {
                horizon = now - GRACE.toMillis();
                Range due = rows.remindersBefore(horizon);
                return RangePart.read(reads, due, most + 1, false, BATCH_BYTES_MAX, end);
              })
          .thenCompose(
              part -> {
                reminders = part;
                if (tries > 0) {
                  noteLag(lagSoFar());
                }
                return Repeat.whileTrue(this::sweepSome);
              })
          .thenApply(over -> new Swept(done, gone.size(), lagSoFar()));
    }

    /** Reads a few rows, since each may be large, and removes them; gives whether to go on. */
    private CompletableFuture<Boolean> sweepSome() {
      int to = Math.min(Math.min(most, reminders.rows().size()), done + ROWS_TOGETHER);
      boolean isLate = done > 0 && RangePart.isOver(reads, end);
      if (done == to || bytes >= batchBytesMax || isLate) {
        return CompletableFuture.completedFuture(false);
      }
      List<byte[]> some =
          reminders.rows().subList(done, to).stream().map(KeyValue::getKey).toList();
      List<byte[]> rowKeys =
          some.stream().map(reminder -> rows.rowKey(rows.keyOfReminder(reminder))).toList();
      return reads
          .getMany(rowKeys)
          .thenApply(
              found -> {
                for (int i = 0; i < some.size() && bytes < batchBytesMax; i++) {
                  remove(some.get(i), rowKeys.get(i), found.get(i));
                }
                return true;
              });
    }

    private void remove(byte[] reminder, byte[] rowKey, byte[] row) {
      if (row != null && !Row.decode(row).isAliveAt(horizon)) {
        transaction.options().setNextWriteNoWriteConflictRange();
        transaction.mutate(MutationType.COMPARE_AND_CLEAR, rowKey, row);
        bytes += rowKey.length + row.length;
        gone.add(Bytes.wrap(rowKey));
      }
      transaction.options().setNextWriteNoWriteConflictRange();
      transaction.clear(reminder);
      // The clear of a key is that of a range: it has two.
      bytes += 2L * reminder.length;
      done++;
    }

    private Duration lagSoFar() {
      List<KeyValue> all = reminders.rows();
      if (done == all.size() && !reminders.hasMore()) {
        return Duration.ZERO;
      }
      KeyValue oldest = all.get(Math.min(done, all.size() - 1));
      return Duration.ofMillis(horizon - rows.expiryOfReminder(oldest.getKey()));
    }
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

  /**
   * How far behind it was after the last batch, as {@link Swept#lag}; when that was not committed,
   * and is tried again, before it.
   */
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
