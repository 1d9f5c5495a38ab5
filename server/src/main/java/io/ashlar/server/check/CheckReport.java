package io.ashlar.server.check;

import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.simulation.check.Violations;

/**
 * What a check has found.
 *
 * @param availability the share of the time without outages, 0 to 1
 * @param rounds that were judged
 * @param unfinished steps that had not ended when the cluster was given up
 * @param isJudged whether all was read and judged; else what was not may be wrong
 * @param prefix of the keys that were used, for people
 */
public record CheckReport(
    String workload,
    int clients,
    double seconds,
    Tally tally,
    Violations violations,
    double availability,
    long longestGapNanos,
    long medianGapNanos,
    long rounds,
    int unfinished,
    boolean isJudged,
    String prefix) {

  /** Whether all that was claimed was checked and holds. */
  public boolean isSound() {
    return isJudged && violations.isEmpty();
  }

  /** How a command with this result ends. */
  public int exitCode() {
    if (!violations.isEmpty()) {
      return ExitCodes.FAILED;
    }
    return isJudged ? ExitCodes.OK : ExitCodes.UNAVAILABLE;
  }

  /** All of it. */
  public Json json() {
    return Json.object()
        .put("workload", workload)
        .put("clients", clients)
        .put("seconds", rounded(seconds))
        .put("acknowledged", tally.acknowledged())
        .put("reads", tally.reads())
        .put("unknown", tally.unknown())
        .put("retried", tally.retried())
        .put("lost", violations.lost())
        .put("violations", violations.count())
        .put("availability", Math.round(availability * 1e6) / 1e6)
        .put("longestGapMillis", rounded(longestGapNanos / 1e6))
        .put("medianGapMillis", rounded(medianGapNanos / 1e6))
        .put("rounds", rounds)
        .put("judged", isJudged)
        .put("unfinished", unfinished)
        .put("errors", tally.errors())
        .put("details", violations.kept());
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
