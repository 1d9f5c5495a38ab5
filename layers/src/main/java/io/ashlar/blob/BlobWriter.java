package io.ashlar.blob;

import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.client.TransactionContext;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Causes;
import io.ashlar.layer.Repeat;
import io.ashlar.tuple.Versionstamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Writes a new value of a name, in as many transactions as it takes. Nobody sees any of it before
 * {@link #finish}, and then all of it.
 *
 * <p>As long as it is open and used now and then, it renews its upload, so that a slow one loses
 * nothing. When its process dies, or it is not closed, the upload ends by itself, and the sweeper
 * removes the chunks; {@link #finish} then fails with {@link BlobException.Reason#UPLOAD_LOST}, as
 * does every write.
 *
 * <p>For one caller at a time, from any thread. An error is final: begin a new writer.
 */
public final class BlobWriter implements AutoCloseable {
  /** One that is forgotten in a process that lives on does not keep its chunks for ever. */
  static final Duration IDLE_MAX = Duration.ofHours(1);

  /** How often an upload is renewed in the time that it lasts. */
  private static final int RENEWALS = 3;

  private final Blobs blobs;
  private final BlobOptions options;
  private final Database database;
  private final Environment environment;
  private final String name;
  private final Versionstamp id;
  private final CRC32C checksum = new CRC32C();

  /** What is not sent yet: whole chunks, and the beginning of one. */
  private List<byte[]> batch = new ArrayList<>();

  private int batchBytes;
  private long chunks;
  private final byte[] chunk;
  private int filled;
  private long length;

  private int underWay;
  private Throwable failure;
  private boolean busy;
  private boolean ended;
  private boolean published;
  private boolean closed;
  private CompletableFuture<Void> room;
  private CompletableFuture<Void> timer;
  private long usedNanos;

  private BlobWriter(Blobs blobs, Database database, String name, Versionstamp id) {
    this.blobs = blobs;
    this.options = blobs.options();
    this.database = database;
    this.environment = database.environment();
    this.name = name;
    this.id = id;
    this.chunk = new byte[options.chunkBytes()];
    this.usedNanos = environment.nowNanos();
  }

  static BlobWriter begin(Blobs blobs, Database database, String name, Versionstamp id) {
    BlobWriter writer = new BlobWriter(blobs, database, name, id);
    Repeat.whileTrue(writer::renewLater);
    return writer;
  }

  // Writing.

  /** All of {@code bytes}, as {@link #write(byte[], int, int)}. */
  public CompletableFuture<Void> write(byte[] bytes) {
    return write(bytes, 0, bytes.length);
  }

  /**
   * Writes more bytes, any number of them.
   *
   * @param bytes not to be changed before the future completes
   * @return completes when more may be written: when the database is slower than the caller, that
   *     is the time to wait. That they are stored is known after {@link #finish}. Fails when some
   *     could not be stored
   * @throws IllegalStateException when the write before has not completed, after {@link #finish}
   *     and after {@link #close}
   */
  public CompletableFuture<Void> write(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    begin();
    int[] at = {offset};
    return environment.adopt(
        Repeat.whileTrue(() -> take(bytes, at, offset + count))
            .whenComplete((done, error) -> end()));
  }

  private synchronized void begin() {
    if (busy || ended || closed) {
      throw new IllegalStateException(
          busy ? "the call before has not completed" : "the blob is finished or closed");
    }
    busy = true;
    usedNanos = environment.nowNanos();
  }

  private synchronized void end() {
    busy = false;
    usedNanos = environment.nowNanos();
  }

  /** Takes what there is room for; gives whether something is left. */
  private synchronized CompletableFuture<Boolean> take(byte[] bytes, int[] at, int end) {
    while (at[0] < end) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      if (batchBytes >= options.batchBytes()) {
        if (underWay == options.batchesMax()) {
          return awaitRoom();
        }
        send();
      }
      int taken = Math.min(end - at[0], chunk.length - filled);
      if (length + taken > options.lengthMax()) {
        failure =
            new BlobException(
                BlobException.Reason.TOO_LARGE,
                "a blob has " + options.lengthMax() + " bytes at most");
        return CompletableFuture.failedFuture(failure);
      }
      System.arraycopy(bytes, at[0], chunk, filled, taken);
      checksum.update(bytes, at[0], taken);
      at[0] += taken;
      filled += taken;
      length += taken;
      if (filled == chunk.length) {
        closeChunk();
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  private CompletableFuture<Boolean> awaitRoom() {
    room = new CompletableFuture<>();
    return room.thenApply(done -> true);
  }

  private void closeChunk() {
    batch.add(BlobKeys.seal(id, chunks + batch.size(), Arrays.copyOf(chunk, filled)));
    batchBytes += filled;
    filled = 0;
  }

  private void send() {
    List<byte[]> sent = batch;
    long first = chunks;
    batch = new ArrayList<>();
    batchBytes = 0;
    chunks += sent.size();
    underWay++;
    database
        .runAsync(
            transaction -> {
              transaction.options().setIdempotent();
              return environment.adopt(
                  blobs
                      .hold(transaction, id, false)
                      .thenApply(
                          held -> {
                            for (int i = 0; i < sent.size(); i++) {
                              transaction.set(blobs.keys().chunk(id, first + i), sent.get(i));
                            }
                            return null;
                          }));
            })
        .whenComplete((done, error) -> onSent(error));
  }

  private void onSent(Throwable error) {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      underWay--;
      if (error != null && failure == null) {
        failure = Causes.of(error);
      }
      waiting = room;
      room = null;
    }
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /** How many bytes were written so far. */
  public synchronized long length() {
    return length;
  }

  // The end.

  /**
   * Waits until everything is stored, and makes it the value of its name, in place of what that was
   * before. May be called again, such as when the function of a transaction is repeated.
   *
   * @param context the database; or a transaction, whose other writes then become visible at the
   *     same time. To that one it adds some hundred bytes, and reads, however long the blob is. Do
   *     not {@link #close} before its commit
   */
  public CompletableFuture<Blob> finish(TransactionContext context) {
    synchronized (this) {
      if (busy || closed) {
        throw new IllegalStateException(
            busy ? "the call before has not completed" : "the blob is closed");
      }
      busy = true;
      ended = true;
    }
    return environment.adopt(
        Repeat.whileTrue(this::flush)
            .whenComplete((done, error) -> end())
            .thenCompose(
                done -> {
                  Blob written =
                      new Blob(
                          name,
                          id,
                          length(),
                          chunk.length,
                          (int) checksum.getValue(),
                          Long.MIN_VALUE);
                  return Calls.write(context, transaction -> blobs.publish(transaction, written));
                })
            .thenApply(
                blob -> {
                  if (context == database) {
                    onPublished();
                  }
                  return blob;
                }));
  }

  private synchronized CompletableFuture<Boolean> flush() {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    if (filled > 0) {
      closeChunk();
    }
    if (!batch.isEmpty() && underWay < options.batchesMax()) {
      send();
    }
    if (failure != null) {
      return CompletableFuture.failedFuture(failure); // It may have failed at once.
    }
    return underWay == 0 && batch.isEmpty()
        ? CompletableFuture.completedFuture(false)
        : awaitRoom();
  }

  private synchronized void onPublished() {
    published = true;
    stopRenewing();
  }

  private void stopRenewing() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /**
   * Ends the writer. What is not finished by then is discarded in the background, and if that does
   * not succeed it ends by itself. Does not wait. Repeatable.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      stopRenewing();
      if (published) {
        return;
      }
    }
    database.runAsync(
        transaction -> {
          transaction.options().setIdempotent();
          return environment.adopt(blobs.discard(transaction, id));
        });
  }

  /**
   * A stream into this blob, for callers that may block. Its close discards what is not finished,
   * as that of the writer does: so an exception in the middle never leaves a blob that is cut off.
   */
  public BlobOutputStream asOutputStream() {
    return new BlobOutputStream(this, database, chunk.length);
  }

  // Renewing.

  private CompletableFuture<Boolean> renewLater() {
    synchronized (this) {
      if (!renews()) {
        return CompletableFuture.completedFuture(false);
      }
      timer = environment.delay(options.lease().dividedBy(RENEWALS));
    }
    return timer
        .thenCompose(over -> renews() ? renew() : CompletableFuture.completedFuture(false))
        .exceptionally(error -> false); // The timer was cancelled, or the database closed.
  }

  private synchronized boolean renews() {
    return !closed && !published && environment.nowNanos() - usedNanos < IDLE_MAX.toNanos();
  }

  /** Gives whether to go on. What is lost is seen by whoever writes or finishes. */
  private CompletableFuture<Boolean> renew() {
    return database
        .runAsync(
            transaction -> {
              transaction.options().setIdempotent();
              return environment.adopt(blobs.hold(transaction, id, true));
            })
        .handle((held, error) -> error == null || Causes.mayGoAway(error));
  }
}
