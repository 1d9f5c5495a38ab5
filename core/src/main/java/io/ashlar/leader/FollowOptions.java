package io.ashlar.leader;

import io.ashlar.core.Check;

/**
 * Times of who asks the coordinators for the leader, in nanoseconds.
 *
 * @param pollNanos how long a coordinator may take to answer a poll before it is asked again;
 *     default 3 s
 * @param retryNanos when a coordinator is asked again that could not be asked; default 100 ms
 */
public record FollowOptions(long pollNanos, long retryNanos) {
  private static final long MILLI = 1_000_000;

  public FollowOptions {
    Check.that(pollNanos > 0, "no time for a poll: ", pollNanos);
    Check.that(retryNanos > 0, "no time between tries: ", retryNanos);
  }

  public static FollowOptions defaults() {
    return new FollowOptions(3_000 * MILLI, 100 * MILLI);
  }
}
