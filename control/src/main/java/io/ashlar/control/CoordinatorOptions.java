package io.ashlar.control;

import io.ashlar.core.Check;

/**
 * Times and limits of a coordinator.
 *
 * @param pollNanos how long a poll for the nominee waits; default 1 s
 * @param tickNanos how often polls that are due are answered and candidates that are silent
 *     forgotten; default 100 ms
 * @param silenceNanos a candidate not heard of for so long is none any more; default 2 s, longer
 *     than a poll, during which it has nothing to say
 * @param leaseNanos the lease of who would lead, the same for all: {@link ElectionOptions}
 * @param foundNanos how long another coordinator may take to answer when a set begins before it is
 *     asked again; default 500 ms
 * @param setsMax sets of coordinators it belongs to at most, those that a database has left
 *     included; more are refused; default 100
 * @param pollsMax polls that wait at most, of each set; more are answered at once; default 10,000
 * @param candidatesMax candidates of each set; the worst are forgotten beyond; default 1,000
 */
public record CoordinatorOptions(
    long pollNanos,
    long tickNanos,
    long silenceNanos,
    long leaseNanos,
    long foundNanos,
    int setsMax,
    int pollsMax,
    int candidatesMax) {
  private static final long MILLI = 1_000_000;

  public CoordinatorOptions {
    Check.that(pollNanos > 0, "a poll must wait: ", pollNanos);
    Check.that(tickNanos > 0, "a tick must take time: ", tickNanos);
    Check.that(
        silenceNanos > pollNanos, "silence of ", silenceNanos, " within a poll of ", pollNanos);
    Check.that(leaseNanos > 0, "a lease must take time: ", leaseNanos);
    Check.that(foundNanos > 0, "no time to answer: ", foundNanos);
    Check.that(setsMax > 0, "no set: ", setsMax);
    Check.that(pollsMax > 0, "no polls: ", pollsMax);
    Check.that(candidatesMax > 0, "no candidates: ", candidatesMax);
  }

  public static CoordinatorOptions defaults() {
    return of(ElectionOptions.defaults());
  }

  /** The usual ones where those who would lead have these. */
  public static CoordinatorOptions of(ElectionOptions election) {
    return new CoordinatorOptions(
        1_000 * MILLI,
        100 * MILLI,
        2_000 * MILLI,
        election.leaseNanos(),
        500 * MILLI,
        100,
        10_000,
        1_000);
  }

  /**
   * How long after a heartbeat was taken, or after its own start if one may have been, the
   * coordinator nominates nobody else: a lease on a clock that is slower by a third. This is the
   * only place where it is said; nothing but that makes two leaders at once impossible.
   */
  public long holdNanos() {
    return leaseNanos + leaseNanos / 2;
  }
}
