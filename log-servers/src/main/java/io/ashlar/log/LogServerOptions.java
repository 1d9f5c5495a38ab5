package io.ashlar.log;

import io.ashlar.core.Check;

/**
 * The bounds of a log server.
 *
 * @param segmentBytes size of a segment file in bytes, reserved when it is created; 4 KiB to 1 GiB,
 *     default 16 MiB: large enough that switching is rare, small enough that reserving one does not
 *     disturb the syncs beside it
 * @param groupBytesMax bytes appended and synced together, at least one version; default 8 MiB:
 *     beyond it a larger sync gains nothing and delays the acknowledgement of its first version
 * @param memoryBytesMax payloads kept for readers, in bytes; what is older is read back from the
 *     segments; default 64 MiB: readers that keep up are served from far less
 * @param unflushedBytesMax payloads received in chain order that are not yet appended; a push
 *     beyond it is refused with SERVER_REQUEST_QUEUE_FULL; default 128 MiB, more than proxies have
 *     in flight
 * @param parkedPushesMax pushes that wait for the one before; more are refused with
 *     SERVER_REQUEST_QUEUE_FULL; default 1,000
 * @param parkedBytesMax their payloads, in bytes; default 128 MiB
 * @param waitingAnswersMax repeated pushes, and locks, that wait for durability; more are refused
 *     with SERVER_REQUEST_QUEUE_FULL; default 10,000
 * @param waitingPeeksMax peeks that wait for news or for the disk; more are refused with
 *     SERVER_REQUEST_QUEUE_FULL; default 10,000, a few for each storage server
 * @param peekWaitNanosMax the longest a peek waits for news; default 100 ms: then it is told that
 *     there is none, so that it knows this log server is alive
 * @param peekBytesMax entries in one answer, about, in bytes; default 8 MiB, well below the frame
 *     limit
 * @param readBytes read back from a segment at a time, in bytes, at least one stretch between two
 *     marks; default 1 MiB
 * @param markBytes distance of the marks by which a version is found in a segment, in bytes;
 *     default 64 KiB
 * @param tagsMax different tags; a push beyond it is refused with MALFORMED_REQUEST; default 65,536
 * @param copyPeeksMax peeks of the tail copy under way at a time; default 16
 * @param copyBytes asked for in one of them; default 1 MiB
 * @param copyTimeoutNanos after which one is given up and another replica is asked; default 1 s
 * @param copyRetryNanos pause after every replica of a tag failed; default 50 ms
 */
public record LogServerOptions(
    int segmentBytes,
    int groupBytesMax,
    long memoryBytesMax,
    long unflushedBytesMax,
    int parkedPushesMax,
    long parkedBytesMax,
    int waitingAnswersMax,
    int waitingPeeksMax,
    long peekWaitNanosMax,
    int peekBytesMax,
    int readBytes,
    int markBytes,
    int tagsMax,
    int copyPeeksMax,
    int copyBytes,
    long copyTimeoutNanos,
    long copyRetryNanos) {
  private static final int MIB = 1 << 20;

  public LogServerOptions {
    Check.that(segmentBytes >= 4096 && segmentBytes <= 1024 * MIB, "segmentBytes: ", segmentBytes);
    Check.that(groupBytesMax > 0 && groupBytesMax <= 64 * MIB, "groupBytesMax: ", groupBytesMax);
    Check.that(memoryBytesMax >= 0, "memoryBytesMax: ", memoryBytesMax);
    Check.that(unflushedBytesMax > 0, "unflushedBytesMax: ", unflushedBytesMax);
    Check.that(parkedPushesMax >= 0, "parkedPushesMax: ", parkedPushesMax);
    Check.that(parkedBytesMax >= 0, "parkedBytesMax: ", parkedBytesMax);
    Check.that(waitingAnswersMax > 0, "waitingAnswersMax: ", waitingAnswersMax);
    Check.that(waitingPeeksMax > 0, "waitingPeeksMax: ", waitingPeeksMax);
    Check.that(peekWaitNanosMax >= 0, "peekWaitNanosMax: ", peekWaitNanosMax);
    Check.that(peekBytesMax > 0 && peekBytesMax <= 24 * MIB, "peekBytesMax: ", peekBytesMax);
    Check.that(readBytes > 0 && readBytes <= 64 * MIB, "readBytes: ", readBytes);
    Check.that(markBytes > 0 && markBytes <= 64 * MIB, "markBytes: ", markBytes);
    Check.that(tagsMax > 0, "tagsMax: ", tagsMax);
    Check.that(copyPeeksMax > 0, "copyPeeksMax: ", copyPeeksMax);
    Check.that(copyBytes > 0, "copyBytes: ", copyBytes);
    Check.that(copyTimeoutNanos > 0, "copyTimeoutNanos: ", copyTimeoutNanos);
    Check.that(copyRetryNanos > 0, "copyRetryNanos: ", copyRetryNanos);
  }

  public static LogServerOptions defaults() {
    return new LogServerOptions(
        16 * MIB,
        8 * MIB,
        64L * MIB,
        128L * MIB,
        1_000,
        128L * MIB,
        10_000,
        10_000,
        100_000_000L,
        8 * MIB,
        MIB,
        64 << 10,
        65_536,
        16,
        MIB,
        1_000_000_000L,
        50_000_000L);
  }
}
