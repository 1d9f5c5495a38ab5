package io.ashlar.storage;

import io.ashlar.core.Check;

/**
 * How {@link RocksEngine} sets RocksDB up. What has no choice is not here but there: no write-ahead
 * log (the log servers are it), one column family, and no resuming after an error.
 *
 * @param blockCacheBytes for uncompressed blocks, indexes and filters: 256 MiB, from 1 MiB. Lies
 *     outside the Java heap; what does not fit is read again from the page cache
 * @param blockBytes of a data block before compression: 8 KiB, from 1 KiB. Twice RocksDB's own
 *     halves the index, and a point read still copies little
 * @param bloomBitsPerKey of the filters: 10, from 0 for none. One percent of absent keys is looked
 *     for in vain; atomic operations on new keys make many such reads
 * @param writeBufferBytes of one memtable: 128 MiB, from 64 KiB. Above the storage server's own
 *     flush limit, so that as a rule its flushes are the only ones
 * @param writeBuffersMax memtables in all: 3, from 2. One is filled while one is flushed, and one
 *     is to spare before writes stall
 * @param targetFileBytes of a file of the first sorted level: 64 MiB, from 64 KiB
 * @param backgroundJobsMax flushes and compactions at a time: 2, from 1. The loops need the other
 *     cores
 * @param openFilesMax files kept open, -1 for all: all. Each is opened, and its footer checked,
 *     when the engine opens, not when somebody reads
 * @param isCompressed LZ4: true. It costs less than the bytes it saves
 * @param compactsByItself whether RocksDB compacts when it sees fit: true; false in simulation,
 *     where nothing may depend on a thread
 * @param clearKeysMax a range clear of at most so many rows is written as single deletions: 64,
 *     from 0. Many small range tombstones slow down every later read; one for many rows pays
 */
public record RocksOptions(
    long blockCacheBytes,
    int blockBytes,
    int bloomBitsPerKey,
    long writeBufferBytes,
    int writeBuffersMax,
    long targetFileBytes,
    int backgroundJobsMax,
    int openFilesMax,
    boolean isCompressed,
    boolean compactsByItself,
    int clearKeysMax) {
  public RocksOptions {
    Check.that(blockCacheBytes >= 1 << 20, "blockCacheBytes: ", blockCacheBytes);
    Check.that(blockBytes >= 1 << 10, "blockBytes: ", blockBytes);
    Check.that(bloomBitsPerKey >= 0, "bloomBitsPerKey: ", bloomBitsPerKey);
    Check.that(writeBufferBytes >= 64 << 10, "writeBufferBytes: ", writeBufferBytes);
    Check.that(writeBuffersMax >= 2, "writeBuffersMax: ", writeBuffersMax);
    Check.that(targetFileBytes >= 64 << 10, "targetFileBytes: ", targetFileBytes);
    Check.that(backgroundJobsMax >= 1, "backgroundJobsMax: ", backgroundJobsMax);
    Check.that(openFilesMax == -1 || openFilesMax >= 64, "openFilesMax: ", openFilesMax);
    Check.that(clearKeysMax >= 0, "clearKeysMax: ", clearKeysMax);
  }

  public static RocksOptions defaults() {
    return new RocksOptions(
        256L << 20, 8 << 10, 10, 128L << 20, 3, 64L << 20, 2, -1, true, true, 64);
  }

  /** For the simulator: small, and nothing happens but what the engine is told to do. */
  public static RocksOptions forSimulation() {
    return new RocksOptions(1L << 20, 4 << 10, 10, 64L << 20, 2, 64L << 20, 1, -1, false, false, 4);
  }
}
