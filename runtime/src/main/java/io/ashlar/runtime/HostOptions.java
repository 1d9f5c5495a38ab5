package io.ashlar.runtime;

import io.ashlar.core.Check;
import io.ashlar.core.Limits;

/**
 * The bounds of a host.
 *
 * @param ringSlots places of the loop's ring, a power of two; default 4,096: a place holds all that
 *     one reading of a socket brought. When it is full, callers wait and sockets are not read
 * @param batchEventsMax events of the ring in one turn; default 256: at the end of a turn the roles
 *     sync and send
 * @param turnEventsMax events of the loop's own queue (local messages, completions, timers) in one
 *     turn, before the ring is looked at again; default 4,096
 * @param readerThreads threads that read beside the loop; default 1
 * @param networkThreads threads that serve sockets; default 1
 * @param outboxBytesMax unsent bytes of one connection, in bytes; beyond it the connection is cut;
 *     at least one frame; default 128 MiB, two of the largest frames
 * @param inboxBytesMax bytes received on one connection that the loop has not handled yet; beyond
 *     it the socket is not read; default 4 MiB
 * @param requestsMax requests on one connection that wait for a reply; beyond it the connection is
 *     cut; default 1,000,000
 * @param connectionsMax accepted connections; more are closed at once; default 10,000
 * @param connectNanos until a connection stands, handshake included; default 2 s. A name is waited
 *     for as long before
 * @param handshakeNanos an accepted connection that has not said who it is by then is closed;
 *     default 5 s
 * @param redialNanos after a failed attempt to connect, requests fail at once for this long, so
 *     that a peer that is away is not knocked at for every message; default 50 ms
 * @param silenceNanos a connection by which nothing has come for this long is cut when a request on
 *     it is given up; default 5 s, longer than a pause of the collector and shorter than the
 *     minutes after which the system notices
 */
public record HostOptions(
    int ringSlots,
    int batchEventsMax,
    int turnEventsMax,
    int readerThreads,
    int networkThreads,
    long outboxBytesMax,
    long inboxBytesMax,
    int requestsMax,
    int connectionsMax,
    long connectNanos,
    long handshakeNanos,
    long redialNanos,
    long silenceNanos) {
  public HostOptions {
    Check.that(ringSlots >= 2 && Integer.bitCount(ringSlots) == 1, "ringSlots: ", ringSlots);
    Check.that(batchEventsMax > 0, "batchEventsMax: ", batchEventsMax);
    Check.that(turnEventsMax > 0, "turnEventsMax: ", turnEventsMax);
    Check.that(readerThreads > 0 && readerThreads <= 256, "readerThreads: ", readerThreads);
    Check.that(networkThreads > 0 && networkThreads <= 256, "networkThreads: ", networkThreads);
    Check.that(outboxBytesMax >= Limits.FRAME_BYTES_MAX, "outboxBytesMax: ", outboxBytesMax);
    Check.that(inboxBytesMax > 0, "inboxBytesMax: ", inboxBytesMax);
    Check.that(requestsMax > 0, "requestsMax: ", requestsMax);
    Check.that(connectionsMax > 0, "connectionsMax: ", connectionsMax);
    Check.that(connectNanos > 0, "connectNanos: ", connectNanos);
    Check.that(handshakeNanos > 0, "handshakeNanos: ", handshakeNanos);
    Check.that(redialNanos >= 0, "redialNanos: ", redialNanos);
    Check.that(silenceNanos > 0, "silenceNanos: ", silenceNanos);
  }

  public static HostOptions defaults() {
    return new HostOptions(
        4096,
        256,
        4096,
        1,
        1,
        128L << 20,
        4L << 20,
        1_000_000,
        10_000,
        2_000_000_000L,
        5_000_000_000L,
        50_000_000L,
        5_000_000_000L);
  }

  public HostOptions withReaderThreads(int threads) {
    return new HostOptions(
        ringSlots,
        batchEventsMax,
        turnEventsMax,
        threads,
        networkThreads,
        outboxBytesMax,
        inboxBytesMax,
        requestsMax,
        connectionsMax,
        connectNanos,
        handshakeNanos,
        redialNanos,
        silenceNanos);
  }
}
