package io.ashlar.server.cluster;

import io.ashlar.server.Json;
import java.util.List;
import java.util.Locale;

/**
 * What a kill came to.
 *
 * @param role for which the process was chosen; {@code all} when all processes were killed
 * @param process its number, or 0 for all
 * @param roles that it had, as status told just before
 * @param epochBefore as status told just before
 * @param epochAfter as status told when the cluster had recovered
 * @param gapNanos the longest time without an acknowledgement from the kill until then
 * @param recoveredNanos from the kill until status told that the epoch was there without it
 * @param restartGapNanos the longest time without an acknowledgement while it came back
 * @param healthyNanos from its restart until status found nothing to complain of
 */
record Kill(
    String role,
    int process,
    List<String> roles,
    long epochBefore,
    long epochAfter,
    long gapNanos,
    long recoveredNanos,
    long restartGapNanos,
    long healthyNanos) {

  /** As what it counts: another controller has to be elected whatever else the process was. */
  String group() {
    return roles.contains(Victims.CONTROLLER) && process != 0 ? Victims.CONTROLLER : role;
  }

  @Override
  public String toString() {
    if (process == 0) {
      return String.format(
          Locale.ROOT,
          "all processes: gap %.2f s, healthy after %.1f s, epoch %d to %d",
          gapNanos / 1e9,
          healthyNanos / 1e9,
          epochBefore,
          epochAfter);
    }
    return String.format(
        Locale.ROOT,
        "process %d as %s (%s): gap %.2f s, recovered after %.2f s, epoch %d to %d; back: gap %.2f s,"
            + " healthy after %.1f s",
        process,
        role,
        String.join(", ", roles),
        gapNanos / 1e9,
        recoveredNanos / 1e9,
        epochBefore,
        epochAfter,
        restartGapNanos / 1e9,
        healthyNanos / 1e9);
  }

  Json json() {
    return Json.object()
        .put("role", role)
        .put("group", group())
        .put("process", process)
        .put("roles", roles)
        .put("epochBefore", epochBefore)
        .put("epochAfter", epochAfter)
        .put("gapMillis", gapNanos / 1_000_000)
        .put("recoveredMillis", recoveredNanos / 1_000_000)
        .put("restartGapMillis", restartGapNanos / 1_000_000)
        .put("healthyMillis", healthyNanos / 1_000_000);
  }
}
