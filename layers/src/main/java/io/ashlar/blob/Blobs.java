package io.ashlar.blob;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.StreamingMode;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Limits;
import io.ashlar.layer.Calls;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Versionstamp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Values by name that may have gigabytes. They are written in chunks, by as many transactions as it
 * takes, and become visible in one: a name has its old value or the new one, whole, and never a
 * part of one.
 *
 * <pre>{@code
 * try (BlobWriter writer = blobs.newWriter(database, "film").join()) {
 *   while ((bytes = nextPart()) != null) {
 *     writer.write(bytes).join(); // waits when the database is slower
 *   }
 *   writer.finish(database).join(); // now it is there
 * }
 * try (InputStream in = blobs.newReader(database, "film").join().asInputStream()) {
 *   in.transferTo(out);
 * }
 * }</pre>
 *
 * <p>Who reads a value while it is replaced or deleted goes on to read the old one, as long as
 * {@link BlobOptions#retention}; after that it gets {@link BlobException.Reason#GONE}. It never
 * gets a mixture: chunks are kept by the id of their value and do not change, and each is checked
 * against its checksum. Two who write the same name do not disturb each other; the later {@link
 * BlobWriter#finish} counts.
 *
 * <p>What a writer leaves that dies, and what was replaced or deleted, is removed by {@link
 * BlobSweeper}. Some process has to run one now and then.
 *
 * <p>Thread-safe and immutable; in one transaction, though, wait for each call before the next one
 * and before the commit.
 */
public final class Blobs {
  /** How much {@link #read} gives at most: it is one transaction. */
  public static final int READ_BYTES_MAX = 4_000_000;

  private final BlobKeys keys;
  private final BlobOptions options;

  /** Blobs on all keys of {@code place}, which nothing else may use. */
  public Blobs(Subspace place, BlobOptions options) {
    this.keys = new BlobKeys(Objects.requireNonNull(place, "the place is null"));
    this.options = Objects.requireNonNull(options, "the options are null");
  }

  BlobKeys keys() {
    return keys;
  }

  BlobOptions options() {
    return options;
  }

  // What is there.

  /** The present value of a name, without its bytes; null when it has none. */
  public CompletableFuture<Blob> get(ReadTransactionContext context, String name) {
    return Calls.read(context, reads -> head(reads, name));
  }

  CompletableFuture<Blob> head(ReadTransaction reads, String name) {
    return reads
        .get(keys.head(name))
        .thenApply(row -> row == null ? null : BlobKeys.decode(name, row));
  }

  /**
   * The blobs whose names come after {@code after}, in the order of names.
   *
   * @param after null for the first ones
   * @param limit how many at most; 1 or more
   */
  public CompletableFuture<List<Blob>> list(
      ReadTransactionContext context, String after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("at least one blob, not " + limit);
    }
    Range all = keys.heads();
    byte[] begin = after == null ? all.begin : keyAfter(keys.head(after));
    return Calls.read(
        context,
        reads ->
            reads
                .getRange(begin, all.end, limit)
                .asList()
                .thenApply(rows -> rows.stream().map(keys::blob).toList()));
  }

  private static byte[] keyAfter(byte[] key) {
    return ByteBuffer.allocate(key.length + 1).put(key).array();
  }

  // Reading.

  /**
   * Bytes of the present value of a name, from {@code offset} on: fewer than {@code length} where
   * it ends, and none behind its end; null when the name has no value.
   *
   * @param length 0 to {@link #READ_BYTES_MAX}; for more, see {@link #newReader}. A blob in chunks
   *     of less than 400 bytes is read up to 10,000 chunks at a time, and more of them are refused
   */
  public CompletableFuture<byte[]> read(
      ReadTransactionContext context, String name, long offset, int length) {
    checkRead(offset, length);
    return Calls.read(
        context,
        reads ->
            head(reads, name)
                .thenCompose(
                    blob ->
                        blob == null
                            ? CompletableFuture.completedFuture(null)
                            : read(reads, blob, offset, length)));
  }

  /**
   * Bytes of a value that {@link #get} gave, even if the name has another one since. Fails with
   * {@link BlobException.Reason#GONE} when that was too long ago. The rest is as with {@link
   * #read(ReadTransactionContext, String, long, int)}.
   */
  public CompletableFuture<byte[]> read(
      ReadTransactionContext context, Blob blob, long offset, int length) {
    checkRead(offset, length);
    return Calls.read(context, reads -> read(reads, blob, offset, length));
  }

  private static void checkRead(long offset, int length) {
    if (offset < 0) {
      throw new IllegalArgumentException("a blob begins at 0, not " + offset);
    }
    if (length < 0 || length > READ_BYTES_MAX) {
      throw new IllegalArgumentException("0 to 4,000,000 bytes at a time, not " + length);
    }
  }

  private CompletableFuture<byte[]> read(
      ReadTransaction reads, Blob blob, long offset, int length) {
    int wanted = (int) Math.min(length, Math.max(0, blob.length() - offset));
    if (wanted == 0) {
      return CompletableFuture.completedFuture(new byte[0]);
    }
    long first = offset / blob.chunkBytes();
    long last = (offset + wanted - 1) / blob.chunkBytes();
    int count = (int) (last - first + 1);
    if (count > BlobOptions.BATCH_CHUNKS_MAX + 1) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              count + " chunks of " + blob + " are too many for one transaction: stream them"));
    }
    return reads
        .getRange(
            keys.chunk(blob.id(), first),
            keys.chunk(blob.id(), last + 1),
            count,
            false,
            StreamingMode.EXACT)
        .asList()
        .thenCompose(
            rows -> {
              byte[] bytes = new byte[wanted];
              long from = offset - first * blob.chunkBytes();
              return rows.size() == count && fill(bytes, blob, first, (int) from, rows)
                  ? CompletableFuture.completedFuture(bytes)
                  : unreadable(reads, blob, first, last);
            });
  }

  /** False when a chunk is not the one that was written. */
  private boolean fill(byte[] bytes, Blob blob, long first, int from, List<KeyValue> rows) {
    int filled = 0;
    int skipped = from;
    for (int i = 0; i < rows.size(); i++) {
      long index = first + i;
      byte[] content = BlobKeys.open(blob.id(), index, rows.get(i).getValue());
      if (content == null || content.length != blob.sizeOfChunk(index)) {
        return false;
      }
      int taken = Math.min(content.length - skipped, bytes.length - filled);
      System.arraycopy(content, skipped, bytes, filled, taken);
      filled += taken;
      skipped = 0;
    }
    return true;
  }

  /** Chunks are removed only when no head names them; else somebody else has done it. */
  private CompletableFuture<byte[]> unreadable(
      ReadTransaction reads, Blob blob, long first, long last) {
    return head(reads, blob.name())
        .thenApply(
            present -> {
              if (present != null && present.id().equals(blob.id())) {
                throw new BlobException(
                    BlobException.Reason.CORRUPT,
                    "of the chunks " + first + " to " + last + " of " + blob + " one is damaged");
              }
              throw new BlobException(
                  BlobException.Reason.GONE, blob + " was replaced or deleted, and is removed");
            });
  }

  /** Streams the present value of a name; null when it has none. */
  public CompletableFuture<BlobReader> newReader(Database database, String name) {
    return get(database, name)
        .thenApply(blob -> blob == null ? null : newReader(database, blob, 0, blob.length()));
  }

  /**
   * Streams a part of a value.
   *
   * @param offset of the first byte, 0 or more
   * @param length how many bytes at most, 0 or more: it ends where the blob ends
   */
  public BlobReader newReader(Database database, Blob blob, long offset, long length) {
    return new BlobReader(this, database, blob, offset, length);
  }

  // Writing.

  /**
   * Begins a new value of a name. Nobody sees anything of it before {@link BlobWriter#finish}.
   * Close the writer in any case.
   *
   * @throws IllegalArgumentException when the name is too long for a key
   */
  public CompletableFuture<BlobWriter> newWriter(Database database, String name) {
    if (keys.head(name).length > Limits.KEY_BYTES_MAX) {
      throw new IllegalArgumentException("the name does not fit into a key: " + name);
    }
    return database
        .runAsync(transaction -> transaction.environment().adopt(beginUpload(transaction)))
        .thenCompose(stamp -> stamp)
        .thenApply(stamp -> BlobWriter.begin(this, database, name, Versionstamp.complete(stamp)));
  }

  private CompletableFuture<CompletableFuture<byte[]>> beginUpload(Transaction transaction) {
    return transaction
        .getStoreTime()
        .thenApply(
            now -> {
              long expiry = now + options.lease().toMillis();
              transaction.mutate(
                  MutationType.SET_VERSIONSTAMPED_KEY,
                  keys.newUpload(),
                  BlobKeys.encodeExpiry(expiry));
              transaction.mutate(
                  MutationType.SET_VERSIONSTAMPED_KEY, keys.newDue(expiry), BlobKeys.dueUpload());
              return transaction.getVersionstamp();
            });
  }

  /** Makes sure that an upload goes on, for a lease from now at least if {@code renews}. */
  CompletableFuture<Void> hold(Transaction transaction, Versionstamp id, boolean renews) {
    byte[] key = keys.upload(id);
    return transaction
        .get(key)
        .thenCombine(
            transaction.getStoreTime(),
            (row, now) -> {
              if (row == null) {
                throw lost(id);
              }
              long expiry = BlobKeys.decodeExpiry(row);
              long later = now + options.lease().toMillis();
              if (renews && later > expiry) {
                transaction.clear(keys.due(expiry, id));
                transaction.set(keys.due(later, id), BlobKeys.dueUpload());
                transaction.set(key, BlobKeys.encodeExpiry(later));
              }
              return null;
            });
  }

  private static BlobException lost(Versionstamp id) {
    return new BlobException(
        BlobException.Reason.UPLOAD_LOST,
        "the chunks of " + id + " are given up: they were not renewed in time, or were discarded");
  }

  /**
   * Makes what was uploaded the value of its name.
   *
   * @param written all of it but when
   */
  CompletableFuture<Blob> publish(Transaction transaction, Blob written) {
    byte[] uploadKey = keys.upload(written.id());
    CompletableFuture<byte[]> upload = transaction.get(uploadKey);
    CompletableFuture<Blob> head = head(transaction, written.name());
    return transaction
        .getStoreTime()
        .thenCompose(
            now ->
                upload.thenCombine(
                    head,
                    (row, before) -> {
                      if (row == null && before != null && before.id().equals(written.id())) {
                        return before; // It was committed already, and the answer got lost.
                      }
                      if (row == null) {
                        throw lost(written.id());
                      }
                      Blob blob =
                          new Blob(
                              written.name(),
                              written.id(),
                              written.length(),
                              written.chunkBytes(),
                              written.checksum(),
                              now);
                      transaction.clear(uploadKey);
                      transaction.clear(keys.due(BlobKeys.decodeExpiry(row), written.id()));
                      transaction.set(keys.head(blob.name()), BlobKeys.encode(blob));
                      if (before != null) {
                        remove(transaction, before.id(), now + options.retention().toMillis());
                      }
                      return blob;
                    }));
  }

  /** Gives an upload up, if it is not given up or finished already. */
  CompletableFuture<Void> discard(Transaction transaction, Versionstamp id) {
    byte[] key = keys.upload(id);
    return transaction
        .get(key)
        .thenCombine(
            transaction.getStoreTime(),
            (row, now) -> {
              if (row != null) {
                transaction.clear(key);
                transaction.clear(keys.due(BlobKeys.decodeExpiry(row), id));
                remove(transaction, id, now);
              }
              return null;
            });
  }

  private void remove(Transaction transaction, Versionstamp id, long millis) {
    transaction.set(keys.due(millis, id), BlobKeys.dueChunks(0));
  }

  /**
   * Takes its value from a name, however large that is; the chunks are removed by the sweeper.
   *
   * @return whether it had one
   */
  public CompletableFuture<Boolean> delete(TransactionContext context, String name) {
    return Calls.write(
        context,
        transaction ->
            head(transaction, name)
                .thenCombine(
                    transaction.getStoreTime(),
                    (blob, now) -> {
                      if (blob == null) {
                        return false;
                      }
                      transaction.clear(keys.head(name));
                      remove(transaction, blob.id(), now + options.retention().toMillis());
                      return true;
                    }));
  }

  /** Removes what nobody needs any more. */
  public BlobSweeper newSweeper(Database database) {
    return new BlobSweeper(this, database);
  }
}
