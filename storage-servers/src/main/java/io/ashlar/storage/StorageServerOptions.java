package io.ashlar.storage;

import io.ashlar.core.Check;
import java.util.concurrent.TimeUnit;

/**
 * How a storage server behaves. The window is not here: it is the cluster's, and comes with its
 * view.
 *
 * @param storedStepNanos how often the stored version moves: 0.5 s, from 1 ms. Less makes more and
 *     smaller batches for the engine; more keeps more in memory
 * @param storedStepBytes the stored version also moves when so many bytes can be stored: 10 MB,
 *     from 1, so that one batch of the engine stays short
 * @param flushBytes stored since the last flush that cause one: 64 MB, from 1. Bounds what a
 *     restart has to pull again, and what the log has to keep
 * @param flushNanos a flush at the latest so long after something was stored: 30 s, from 1 ms
 * @param popNanos how often pops that were not acknowledged are sent again: 1 s, from 1 ms
 * @param peekBytesMax of mutations asked from the log at a time: 256 KiB, from 1; what arrives is
 *     applied in one go, so this bounds how long the loop is held
 * @param peekWaitNanos how long the log may wait for news before it says that there is none: 100
 *     ms, from 0
 * @param peekTimeoutNanos no answer after so long is a failure, and another log server is asked: 1
 *     s, more than the wait
 * @param retryNanos between two rounds of failures: 50 ms, from 1 ms
 * @param readWaitNanos how long a read waits for its version: 1 s, from 0
 * @param waitingReadsMax reads that wait for their version: 10,000, from 0; more are refused with
 *     SERVER_REQUEST_QUEUE_FULL
 * @param readsInFlightMax reads given to the readers and not answered: 10,000, from 1; more are
 *     refused in the same way
 * @param watchesMax watches at a time: 100,000, from 0; more are refused in the same way
 * @param watchBytesMax of the keys and expected values of watches: 64 MiB, from 1; while there are
 *     so many, more are refused in the same way
 * @param watchNanos a watch that has not fired is refused after so long, to be asked again: 30 s,
 *     from 1 ms
 * @param memoryBytesMax of the versioned map: 512 MiB, from 1. Above it nothing is pulled as long
 *     as the stored version can still move; the window alone may need more, which is for the
 *     admission of transactions to prevent
 * @param fetchBytes of rows asked for at a time of a range that arrives: 128 KiB, from 1
 * @param fetchTimeoutNanos no answer after so long is a failure, and another server is asked: 2 s,
 *     from 1 ms
 * @param fetchKeptBytesMax of mutations kept while a piece of such a range is fetched: 16 MiB, from
 *     1; with more nothing is pulled until the piece has come
 * @param forgetEntriesMax entries forgotten in one go: 2,000, from 1; bounds how long the loop is
 *     held
 */
public record StorageServerOptions(
    long storedStepNanos,
    long storedStepBytes,
    long flushBytes,
    long flushNanos,
    long popNanos,
    int peekBytesMax,
    long peekWaitNanos,
    long peekTimeoutNanos,
    long retryNanos,
    long readWaitNanos,
    int waitingReadsMax,
    int readsInFlightMax,
    int watchesMax,
    long watchBytesMax,
    long watchNanos,
    long memoryBytesMax,
    int fetchBytes,
    long fetchTimeoutNanos,
    long fetchKeptBytesMax,
    int forgetEntriesMax) {
  public StorageServerOptions {
    long milli = TimeUnit.MILLISECONDS.toNanos(1);
    Check.that(storedStepNanos >= milli, "storedStepNanos: ", storedStepNanos);
    Check.that(storedStepBytes >= 1, "storedStepBytes: ", storedStepBytes);
    Check.that(flushBytes >= 1, "flushBytes: ", flushBytes);
    Check.that(flushNanos >= milli, "flushNanos: ", flushNanos);
    Check.that(popNanos >= milli, "popNanos: ", popNanos);
    Check.that(peekBytesMax >= 1, "peekBytesMax: ", peekBytesMax);
    Check.that(peekWaitNanos >= 0, "peekWaitNanos: ", peekWaitNanos);
    Check.that(peekTimeoutNanos > peekWaitNanos, "peekTimeoutNanos: ", peekTimeoutNanos);
    Check.that(retryNanos >= milli, "retryNanos: ", retryNanos);
    Check.that(readWaitNanos >= 0, "readWaitNanos: ", readWaitNanos);
    Check.that(waitingReadsMax >= 0, "waitingReadsMax: ", waitingReadsMax);
    Check.that(readsInFlightMax >= 1, "readsInFlightMax: ", readsInFlightMax);
    Check.that(watchesMax >= 0, "watchesMax: ", watchesMax);
    Check.that(watchBytesMax >= 1, "watchBytesMax: ", watchBytesMax);
    Check.that(watchNanos >= milli, "watchNanos: ", watchNanos);
    Check.that(memoryBytesMax >= 1, "memoryBytesMax: ", memoryBytesMax);
    Check.that(fetchBytes >= 1, "fetchBytes: ", fetchBytes);
    Check.that(fetchTimeoutNanos >= milli, "fetchTimeoutNanos: ", fetchTimeoutNanos);
    Check.that(fetchKeptBytesMax >= 1, "fetchKeptBytesMax: ", fetchKeptBytesMax);
    Check.that(forgetEntriesMax >= 1, "forgetEntriesMax: ", forgetEntriesMax);
  }

  public static StorageServerOptions defaults() {
    return new StorageServerOptions(
        TimeUnit.MILLISECONDS.toNanos(500),
        10_000_000,
        64_000_000,
        TimeUnit.SECONDS.toNanos(30),
        TimeUnit.SECONDS.toNanos(1),
        256 << 10,
        TimeUnit.MILLISECONDS.toNanos(100),
        TimeUnit.SECONDS.toNanos(1),
        TimeUnit.MILLISECONDS.toNanos(50),
        TimeUnit.SECONDS.toNanos(1),
        10_000,
        10_000,
        100_000,
        64L << 20,
        TimeUnit.SECONDS.toNanos(30),
        512L << 20,
        128 << 10,
        TimeUnit.SECONDS.toNanos(2),
        16L << 20,
        2_000);
  }
}
