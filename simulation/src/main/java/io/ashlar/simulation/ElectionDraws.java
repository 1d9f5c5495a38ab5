package io.ashlar.simulation;

import io.ashlar.control.CoordinatorOptions;
import io.ashlar.control.ElectionOptions;
import io.ashlar.control.QuorumOptions;
import io.ashlar.core.SeededRandom;
import io.ashlar.leader.FollowOptions;

/**
 * Draws the options of coordinators, and of who is elected by them or follows: times that go
 * together, and limits that are met in some runs. None makes progress impossible.
 */
final class ElectionDraws {
  private static final long MILLIS = 1_000_000;
  private static final int HOSTILE_PER_MILLION = 250_000;

  private final SeededRandom random;
  private final int percent;

  /**
   * @param percent how long a lease takes, and all that has to do with it, of the usual time
   */
  ElectionDraws(SeededRandom random, int percent) {
    this.random = random;
    this.percent = percent;
  }

  private boolean isHostile(String option) {
    return random.fork(option).chance(HOSTILE_PER_MILLION);
  }

  private long or(long normal, String option, long min, long max) {
    return isHostile(option) ? random.fork("value of " + option).nextLong(min, max + 1) : normal;
  }

  ElectionOptions election() {
    ElectionOptions normal = ElectionOptions.defaults();
    return new ElectionOptions(
        normal.heartbeatNanos() / 100 * percent,
        normal.leaseNanos() / 100 * percent,
        normal.worseNanos() / 100 * percent,
        follow(normal.follow()));
  }

  /** Longer than a coordinator lets a poll wait, by any clock, or whoever polls is never told. */
  private FollowOptions follow(FollowOptions normal) {
    long waits = CoordinatorOptions.defaults().pollNanos() / 100 * percent;
    return new FollowOptions(
        or(normal.pollNanos(), "poll", 3 * waits / 2 + 100 * MILLIS, 3 * waits),
        or(normal.retryNanos(), "poll again", 5 * MILLIS, 500 * MILLIS));
  }

  CoordinatorOptions coordinator() {
    CoordinatorOptions normal = CoordinatorOptions.defaults();
    return new CoordinatorOptions(
        normal.pollNanos() / 100 * percent,
        normal.tickNanos() / 100 * percent,
        normal.silenceNanos() / 100 * percent,
        normal.leaseNanos() / 100 * percent,
        normal.foundNanos(),
        normal.setsMax(),
        (int) or(normal.pollsMax(), "polls", 15, 60),
        (int) or(normal.candidatesMax(), "candidates", 1, 4));
  }

  QuorumOptions quorum() {
    QuorumOptions normal = QuorumOptions.defaults();
    long backoffMin = or(normal.backoffMinNanos(), "backoff", MILLIS, 50 * MILLIS);
    return new QuorumOptions(
        or(normal.requestNanos(), "ask", 300 * MILLIS, 2_000 * MILLIS),
        or(normal.retryNanos(), "ask again", 10 * MILLIS, 300 * MILLIS),
        backoffMin,
        or(normal.backoffMaxNanos(), "long backoff", backoffMin, 2_000 * MILLIS));
  }
}
