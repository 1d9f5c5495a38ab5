package io.ashlar.blob;

import io.ashlar.blob.BlobKeys.Due;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Causes;
import io.ashlar.layer.Repeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Removes the chunks that nobody needs any more: of writers that were not heard of for a lease, and
 * of values that were replaced or deleted, after their retention; both by store time. It is about
 * space alone. It may be late, stop anywhere and be begun again, and any number of them may run.
 *
 * <p>One round is one transaction, of few chunks. That an upload is over is looked up in the same
 * transaction that ends it; so one that was renewed meanwhile goes on, and no chunk is written
 * after that. Chunks are removed in later rounds, of which each leaves behind how far it came.
 *
 * <p>Thread-safe.
 */
public final class BlobSweeper implements AutoCloseable {
  /** How much one round looks at. */
  private static final int DUE_MAX = 10;

  /** How many chunks one round removes of each that is due. */
  static final int CHUNKS_MAX = 100;

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Database database;
  private final BlobKeys keys;
  private boolean closed;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> pause;

  BlobSweeper(Blobs blobs, Database database) {
    this.keys = blobs.keys();
    this.database = database;
  }

  /**
   * What one round did.
   *
   * @param uploads how many it has ended, whose writers were heard of no more
   * @param values of how many values or uploads the last chunks were removed
   * @param goesOn whether something is left to do at once
   */
  public record Swept(int uploads, int values, boolean goesOn) {}

  /** Sweeps one round; repeatable without harm. */
  public CompletableFuture<Swept> sweepOnce() {
    return database.runAsync(
        transaction -> {
          transaction.options().setIdempotent();
          return transaction
              .environment()
              .adopt(
                  transaction
                      .getStoreTime()
                      .thenCompose(
                          now ->
                              transaction
                                  .snapshot()
                                  .getRange(keys.dueUntil(now), DUE_MAX)
                                  .asList()
                                  .thenCompose(rows -> sweep(transaction, rows, now))));
        });
  }

  /** Sweeps until nothing is due any more. */
  public CompletableFuture<Void> sweepAll() {
    return database
        .environment()
        .adopt(Repeat.whileTrue(() -> sweepOnce().thenApply(Swept::goesOn)));
  }

  /** What became of something that was due. */
  private enum Step {
    UPLOAD_ENDED,
    VALUE_REMOVED,
    GOES_ON
  }

  private CompletableFuture<Swept> sweep(Transaction transaction, List<KeyValue> rows, long now) {
    List<CompletableFuture<Step>> steps = new ArrayList<>();
    for (KeyValue row : rows) {
      Due due = keys.due(row);
      transaction.addReadConflictKey(due.key());
      steps.add(due.isUpload() ? endUpload(transaction, due, now) : removeSome(transaction, due));
    }
    return Calls.all(steps)
        .thenApply(
            all -> {
              int uploads = (int) all.stream().filter(Step.UPLOAD_ENDED::equals).count();
              int values = (int) all.stream().filter(Step.VALUE_REMOVED::equals).count();
              return new Swept(uploads, values, rows.size() == DUE_MAX || values < all.size());
            });
  }

  private CompletableFuture<Step> endUpload(Transaction transaction, Due due, long now) {
    byte[] key = keys.upload(due.id());
    return transaction
        .get(key)
        .thenApply(
            row -> {
              transaction.clear(due.key());
              if (row == null || BlobKeys.decodeExpiry(row) > now) {
                return Step.GOES_ON;
              }
              transaction.clear(key);
              transaction.set(keys.due(now, due.id()), BlobKeys.dueChunks(0));
              return Step.UPLOAD_ENDED;
            });
  }

  private CompletableFuture<Step> removeSome(Transaction transaction, Due due) {
    ReadTransaction reads = transaction.snapshot();
    Range all = keys.chunks(due.id());
    return reads
        .getRange(all.begin, all.end, 1, true)
        .asList()
        .thenApply(
            last -> {
              long end = last.isEmpty() ? 0 : keys.index(last.get(0).getKey()) + 1;
              long next = due.firstChunk() + CHUNKS_MAX;
              if (due.firstChunk() < end) {
                transaction.clear(
                    keys.chunk(due.id(), due.firstChunk()),
                    keys.chunk(due.id(), Math.min(next, end)));
              }
              if (next < end) {
                transaction.set(due.key(), BlobKeys.dueChunks(next));
                return Step.GOES_ON;
              }
              transaction.clear(due.key());
              return Step.VALUE_REMOVED;
            });
  }

  // In the background.

  /**
   * Sweeps on and on, until {@link #close}: with a pause when nothing is due. What the database
   * refuses for a while is tried again after a pause.
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
              return error == null && swept.goesOn()
                  ? CompletableFuture.completedFuture(true)
                  : pauseThenGoOn();
            })
        .thenCompose(next -> next);
  }

  private CompletableFuture<Boolean> pauseThenGoOn() {
    synchronized (this) {
      if (!closed) {
        pause = database.environment().delay(PAUSE);
        return pause.handle((over, error) -> !isClosed());
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Stops after the round that is under way; does not wait for that. */
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
