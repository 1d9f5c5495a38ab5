package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.leader.FollowOptions;

/**
 * Times of who would lead, in nanoseconds.
 *
 * @param heartbeatNanos from one heartbeat of a leader to the next; default 500 ms
 * @param leaseNanos how long a leader leads after it sent the heartbeats that a majority took, by
 *     its own clock; default 1.5 s. Coordinators hold what they promise for longer
 * @param worseNanos how long one that gave up the lead for another is worse than others; default 60
 *     s
 * @param follow how it asks whether it is nominated
 */
public record ElectionOptions(
    long heartbeatNanos, long leaseNanos, long worseNanos, FollowOptions follow) {
  private static final long MILLI = 1_000_000;

  public ElectionOptions {
    Check.that(heartbeatNanos > 0, "no time between heartbeats: ", heartbeatNanos);
    Check.that(
        leaseNanos > heartbeatNanos,
        "a lease of ",
        leaseNanos,
        " and a heartbeat of ",
        heartbeatNanos);
    Check.that(worseNanos > 0, "no time to be worse: ", worseNanos);
  }

  public static ElectionOptions defaults() {
    return new ElectionOptions(
        500 * MILLI, 1_500 * MILLI, 60_000 * MILLI, FollowOptions.defaults());
  }
}
