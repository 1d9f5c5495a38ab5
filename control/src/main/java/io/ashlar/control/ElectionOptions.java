package io.ashlar.control;

import io.ashlar.core.Check;

/**
 * Times of who would lead, or follows who does, in nanoseconds.
 *
 * @param heartbeatNanos from one heartbeat of a leader to the next; default 500 ms
 * @param leaseNanos how long a leader leads after it sent the heartbeats that a majority took, by
 *     its own clock; default 1.5 s. Coordinators hold what they promise for longer
 * @param pollNanos how long a coordinator may take to answer a poll before it is asked again;
 *     default 3 s
 * @param retryNanos when a coordinator is asked again that could not be asked; default 100 ms
 */
record ElectionOptions(long heartbeatNanos, long leaseNanos, long pollNanos, long retryNanos) {
  private static final long MILLI = 1_000_000;

  ElectionOptions {
    Check.that(heartbeatNanos > 0, "no time between heartbeats: ", heartbeatNanos);
    Check.that(
        leaseNanos > heartbeatNanos,
        "a lease of ",
        leaseNanos,
        " and a heartbeat of ",
        heartbeatNanos);
    Check.that(pollNanos > 0, "no time for a poll: ", pollNanos);
    Check.that(retryNanos > 0, "no time between tries: ", retryNanos);
  }

  static ElectionOptions defaults() {
    return new ElectionOptions(500 * MILLI, 1_500 * MILLI, 3_000 * MILLI, 100 * MILLI);
  }
}
