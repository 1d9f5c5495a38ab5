package io.ashlar.server.cluster;

import io.ashlar.server.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long nothing was acknowledged after kills, by what was killed. */
final class KillGaps {
  /** The row of all kills that left the controller alive, and something of the rest. */
  static final String OTHERS = "all but the controller";

  private final Map<String, List<Long>> gaps = new LinkedHashMap<>();

  KillGaps(List<Kill> kills) {
    List<String> groups = new ArrayList<>(Victims.ROLES);
    groups.add(KillRun.ALL);
    for (String group : groups) {
      kills.stream()
          .filter(kill -> kill.group().equals(group))
          .forEach(kill -> add(group, kill.gapNanos()));
    }
    kills.stream()
        .filter(kill -> kill.process() != 0 && !kill.group().equals(Victims.CONTROLLER))
        .forEach(kill -> add(OTHERS, kill.gapNanos()));
    gaps.values().forEach(each -> each.sort(null));
  }

  private void add(String group, long nanos) {
    gaps.computeIfAbsent(group, none -> new ArrayList<>()).add(nanos);
  }

  /**
   * The smallest gap of a group that so many in a hundred are not above.
   *
   * @param percent 1 to 100
   */
  long percentileNanos(String group, int percent) {
    List<Long> sorted = gaps.get(group);
    int rank = (sorted.size() * percent + 99) / 100;
    return sorted.get(Math.max(1, rank) - 1);
  }

  /** A table for people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-24s %5s %8s %8s %8s %8s%n",
            "killed",
            "times",
            "median",
            "p90",
            "p99",
            "max"));
    gaps.forEach(
        (group, sorted) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-24s %5d %6.2f s %6.2f s %6.2f s %6.2f s%n",
                    group,
                    sorted.size(),
                    percentileNanos(group, 50) / 1e9,
                    percentileNanos(group, 90) / 1e9,
                    percentileNanos(group, 99) / 1e9,
                    percentileNanos(group, 100) / 1e9)));
    return text.toString();
  }

  Json json() {
    Json all = Json.object();
    gaps.forEach(
        (group, sorted) ->
            all.put(
                group,
                Json.object()
                    .put("kills", sorted.size())
                    .put("medianMillis", percentileNanos(group, 50) / 1_000_000)
                    .put("p90Millis", percentileNanos(group, 90) / 1_000_000)
                    .put("p99Millis", percentileNanos(group, 99) / 1_000_000)
                    .put("maxMillis", percentileNanos(group, 100) / 1_000_000)));
    return all;
  }
}
