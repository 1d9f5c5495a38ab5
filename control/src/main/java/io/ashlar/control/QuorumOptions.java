package io.ashlar.control;

import io.ashlar.core.Check;

/**
 * Times of who reads and writes the registers of coordinators, in nanoseconds.
 *
 * @param requestNanos how long one coordinator may take to answer before it is asked again; default
 *     1 s: a disk may be slow
 * @param retryNanos how often those are asked again that could not be asked; default 100 ms
 * @param backoffMinNanos after another was ahead, a new try waits at most for so long at first, by
 *     draw; default 10 ms
 * @param backoffMaxNanos and in the end, after doubling each time; default 1 s
 */
public record QuorumOptions(
    long requestNanos, long retryNanos, long backoffMinNanos, long backoffMaxNanos) {
  private static final long MILLI = 1_000_000;

  public QuorumOptions {
    Check.that(requestNanos > 0, "no time to answer: ", requestNanos);
    Check.that(retryNanos > 0, "no time between tries: ", retryNanos);
    Check.that(backoffMinNanos > 0, "no backoff: ", backoffMinNanos);
    Check.that(
        backoffMaxNanos >= backoffMinNanos,
        "backoff from ",
        backoffMinNanos,
        " to ",
        backoffMaxNanos);
  }

  public static QuorumOptions defaults() {
    return new QuorumOptions(1_000 * MILLI, 100 * MILLI, 10 * MILLI, 1_000 * MILLI);
  }
}
