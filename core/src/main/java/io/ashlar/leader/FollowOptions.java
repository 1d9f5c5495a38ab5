package io.ashlar.leader;

import io.ashlar.core.Backoff;
import io.ashlar.core.Check;

/**
 * Times of who asks the coordinators for the leader, in nanoseconds.
 *
 * @param pollNanos how long a coordinator may take to answer a poll before it is asked again;
 *     default 3 s
 * @param retryNanos how long after one that could not be asked it is asked again at the latest; the
 *     first time much sooner; default 250 ms
 */
public record FollowOptions(long pollNanos, long retryNanos) {
  private static final long MILLI = 1_000_000;

  /** The first try again comes so much sooner than the last. */
  private static final int FIRST_RETRY = 32;

  public FollowOptions {
    Check.that(pollNanos > 0, "no time for a poll: ", pollNanos);
    Check.that(retryNanos > 0, "no time between tries: ", retryNanos);
  }

  /** A few milliseconds at first: who was not there yet will be soon. */
  Backoff newBackoff() {
    return new Backoff(Math.max(1, retryNanos / FIRST_RETRY), retryNanos);
  }

  public static FollowOptions defaults() {
    return new FollowOptions(3_000 * MILLI, 250 * MILLI);
  }
}
