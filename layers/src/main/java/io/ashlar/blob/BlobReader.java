package io.ashlar.blob;

import io.ashlar.client.Database;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Streams a blob, or a part of one, in pieces: each is one transaction, and the next one is fetched
 * while the caller works on the one before. All pieces are of the same value. Holds two pieces in
 * memory at most. For one caller at a time, from any thread.
 */
public final class BlobReader {
  private final Blobs blobs;
  private final Database database;
  private final Blob blob;
  private final long end;
  private final int pieceBytes;
  private long position;
  private CompletableFuture<byte[]> ahead;

  /** That all pieces together are not what was written: final, unlike an error of one piece. */
  private BlobException failure;

  /** Null unless it reads everything. */
  private final CRC32C checksum;

  BlobReader(Blobs blobs, Database database, Blob blob, long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("nothing is at " + offset + ", of " + length + " bytes");
    }
    this.blobs = blobs;
    this.database = database;
    this.blob = blob;
    this.position = Math.min(offset, blob.length());
    this.end = position + Math.min(length, blob.length() - position);
    // Those who wrote it may have had far smaller chunks.
    int batchBytes =
        Math.min(blobs.options().batchBytes(), BlobOptions.BATCH_CHUNKS_MAX * blob.chunkBytes());
    this.pieceBytes = Math.max(blob.chunkBytes(), batchBytes - batchBytes % blob.chunkBytes());
    this.checksum = position == 0 && end == blob.length() ? new CRC32C() : null;
  }

  /** What it reads. */
  public Blob blob() {
    return blob;
  }

  /** Where the next piece begins in the blob. */
  public long position() {
    return position;
  }

  /**
   * The next bytes: at least one, and at most a batch; null at the end. Call again when it has
   * completed; after an error, to try the same again. Fails with {@link BlobException.Reason#GONE}
   * when the blob was replaced or deleted too long ago, and with {@link
   * BlobException.Reason#CORRUPT} for what is not as it was written.
   */
  public CompletableFuture<byte[]> next() {
    if (failure != null) {
      return database.environment().adopt(CompletableFuture.failedFuture(failure));
    }
    if (position == end) {
      return database.environment().adopt(CompletableFuture.completedFuture(null));
    }
    CompletableFuture<byte[]> piece = ahead == null ? fetch(position) : ahead;
    ahead = null;
    return piece.thenApply(this::accept);
  }

  private byte[] accept(byte[] bytes) {
    if (checksum != null) {
      checksum.update(bytes);
    }
    position += bytes.length;
    if (position < end) {
      ahead = fetch(position);
    } else if (checksum != null && (int) checksum.getValue() != blob.checksum()) {
      failure =
          new BlobException(BlobException.Reason.CORRUPT, "the bytes of " + blob + " are others");
      throw failure;
    }
    return bytes;
  }

  /** Up to the end of a chunk, so that none is read twice. */
  private CompletableFuture<byte[]> fetch(long from) {
    long to = Math.min(end, from - from % blob.chunkBytes() + pieceBytes);
    return blobs.read(database, blob, from, (int) (to - from));
  }

  /** What is left as a stream, for callers that may block; then use that alone. */
  public InputStream asInputStream() {
    return new BlobInputStream(blobs, database, this);
  }

  long end() {
    return end;
  }
}
