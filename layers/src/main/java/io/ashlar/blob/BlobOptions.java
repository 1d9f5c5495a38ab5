package io.ashlar.blob;

import java.time.Duration;
import java.util.Objects;

/**
 * How blobs are written; those who use the same blobs may differ, and blobs of other options are
 * read as well.
 *
 * @param chunkBytes how much of a blob is in one value; 1 to 99,000, default 65,536
 * @param batchBytes how much is written by one transaction, and read by one, at most but for one
 *     chunk; 1 to 4,000,000 and to 10,000 chunks, default 1,000,000: large enough for the commit to
 *     cost little, and far from the limits of a transaction
 * @param batchesMax how many transactions of a writer are under way at a time; 1 to 64, default 4.
 *     A writer holds no more than one batch beyond these in memory
 * @param lease of store time, after which the chunks of a writer that is heard of no more are
 *     removed; a second to a day, default 30 seconds. A live writer renews it three times as often
 * @param retention how long the chunks of a value that was replaced or deleted stay, for those who
 *     read it still; zero to 30 days, default 10 minutes
 * @param lengthMax bytes of a blob at most; 1 to 2^50, default 2^40
 */
public record BlobOptions(
    int chunkBytes,
    int batchBytes,
    int batchesMax,
    Duration lease,
    Duration retention,
    long lengthMax) {
  private static final int CHUNK_BYTES_MAX = 99_000;
  private static final int BATCH_BYTES_MAX = 4_000_000;
  private static final int BATCHES_MAX = 64;

  /** What one transaction writes or reads: each chunk costs something, however small. */
  static final int BATCH_CHUNKS_MAX = 10_000;

  private static final long LENGTH_DEFAULT = 1L << 40;
  private static final long LENGTH_MAX = 1L << 50;

  public BlobOptions {
    if (chunkBytes < 1 || chunkBytes > CHUNK_BYTES_MAX) {
      throw new IllegalArgumentException("a chunk has 1 to 99,000 bytes, not " + chunkBytes);
    }
    if (batchBytes < 1 || batchBytes > BATCH_BYTES_MAX) {
      throw new IllegalArgumentException("a batch has 1 to 4,000,000 bytes, not " + batchBytes);
    }
    if (batchBytes / chunkBytes > BATCH_CHUNKS_MAX) {
      throw new IllegalArgumentException(
          "a batch has 10,000 chunks at most, not "
              + batchBytes
              + " bytes in chunks of "
              + chunkBytes);
    }
    if (batchesMax < 1 || batchesMax > BATCHES_MAX) {
      throw new IllegalArgumentException("1 to 64 batches are under way, not " + batchesMax);
    }
    Objects.requireNonNull(lease, "the lease is null");
    if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("a lease lasts a second to a day, not " + lease);
    }
    Objects.requireNonNull(retention, "the retention is null");
    if (retention.isNegative() || retention.compareTo(Duration.ofDays(30)) > 0) {
      throw new IllegalArgumentException("what was replaced stays 0 to 30 days, not " + retention);
    }
    if (lengthMax < 1 || lengthMax > LENGTH_MAX) {
      throw new IllegalArgumentException("a blob has 1 to 2^50 bytes at most, not " + lengthMax);
    }
  }

  public static BlobOptions defaults() {
    return new BlobOptions(
        65_536, 1_000_000, 4, Duration.ofSeconds(30), Duration.ofMinutes(10), LENGTH_DEFAULT);
  }
}
