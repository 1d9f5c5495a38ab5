package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;

/**
 * What the network of a run is like. All times are nanoseconds, one way.
 *
 * @param latencyMin of a message between machines
 * @param latencyJitter at most this is added, evenly
 * @param tailPerMillion how many messages in a million are late by much more
 * @param tailMax by how much at most
 * @param unsentBytesMax what a connection holds under way in one direction; one that has more is
 *     cut
 * @param silenceNanos a connection by which nothing has come for this long is cut when a request on
 *     it is given up
 * @param noticeMax how long a side may go on without noticing that its connection is gone
 * @param checkUnchanged whether each message is compared with itself at arrival
 */
public record NetworkConditions(
    long latencyMin,
    long latencyJitter,
    int tailPerMillion,
    long tailMax,
    long unsentBytesMax,
    long silenceNanos,
    long noticeMax,
    boolean checkUnchanged) {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000_000;

  /** What the production host has unless it is told otherwise. */
  private static final long SILENCE_NANOS = 5_000 * MILLIS;

  static NetworkConditions calm() {
    return new NetworkConditions(
        100 * MICROS, 20 * MICROS, 0, MILLIS, 1L << 40, SILENCE_NANOS, 10 * MILLIS, true);
  }

  static NetworkConditions draw(SeededRandom random) {
    long min = random.nextLong(20, 400) * MICROS;
    return new NetworkConditions(
        min,
        random.nextBoolean() ? min : random.nextLong(10, 1_500) * MICROS,
        random.nextInt(3_000),
        random.nextLong(5, 1_000) * MILLIS,
        random.chance(700_000) ? 1L << 30 : 1L << random.nextInt(22, 27),
        random.chance(700_000) ? SILENCE_NANOS : random.nextLong(1_000, 10_000) * MILLIS,
        random.nextLong(50, 4_000) * MILLIS,
        random.chance(250_000));
  }

  NetworkConditions with(boolean tails, boolean lateNotice) {
    NetworkConditions calm = calm();
    return new NetworkConditions(
        latencyMin,
        latencyJitter,
        tails ? tailPerMillion : calm.tailPerMillion,
        tails ? tailMax : calm.tailMax,
        unsentBytesMax,
        silenceNanos,
        lateNotice ? noticeMax : calm.noticeMax,
        checkUnchanged);
  }

  /** The longest a single message takes, when nothing holds it up. */
  public long latencyMax() {
    return latencyMin + latencyJitter + tailMax;
  }
}
