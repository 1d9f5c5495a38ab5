package io.ashlar.server.check;

import java.util.Locale;

/**
 * How a check goes.
 *
 * @param tally up to now
 * @param stepsUnderWay that have not ended
 * @param judged rounds
 * @param longestGapNanos without an acknowledgement
 * @param gapUnderWayNanos since the last one
 * @param isStopping whether the first violation has ended it
 */
public record CheckProgress(
    double seconds,
    Tally tally,
    int stepsUnderWay,
    long judged,
    long longestGapNanos,
    long gapUnderWayNanos,
    boolean isStopping) {

  /**
   * One line.
   *
   * @param before the one told of before, or null
   */
  String line(CheckProgress before) {
    long commits = tally.acknowledged() - (before == null ? 0 : before.tally.acknowledged());
    double since = seconds - (before == null ? 0 : before.seconds);
    return String.format(
        Locale.ROOT,
        "%4.0f s  %,6.0f commits/s  %,d acknowledged  %,d unknown  longest gap %.2f s  %d rounds judged",
        seconds,
        since <= 0 ? 0.0 : commits / since,
        tally.acknowledged(),
        tally.unknown(),
        longestGapNanos / 1e9,
        judged);
  }
}
