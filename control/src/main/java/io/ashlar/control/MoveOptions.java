package io.ashlar.control;

import java.util.concurrent.TimeUnit;

/**
 * How shards are moved between storage servers.
 *
 * @param stepNanos between two looks at moves that are under way; each commits something, without
 *     which an idle cluster would store nothing: default 250 ms, below a second
 * @param idleNanos between two looks at a cluster in which nothing moves and nobody comes or goes:
 *     default 30 s
 * @param movingMax shards that move at once, at first, and up to four times as many while they move
 *     quickly, see {@link MovePace}: default 32
 * @param lostNanos after so long a storage server that is away counts as lost, and others are to
 *     have what it has: default 10 min
 */
public record MoveOptions(long stepNanos, long idleNanos, int movingMax, long lostNanos) {
  public static MoveOptions defaults() {
    return new MoveOptions(
        TimeUnit.MILLISECONDS.toNanos(250),
        TimeUnit.SECONDS.toNanos(30),
        32,
        TimeUnit.MINUTES.toNanos(10));
  }
}
