package io.ashlar.server.bench;

import io.ashlar.client.Consistency;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the weaker levels of consistency save: the same point reads at each level, by turns, so that
 * a machine which is slower for a while is slower for all. What counts is the turn in the middle.
 */
final class LevelGain {
  private static final int ROUNDS = 7;

  /** Medians of all turns at one level. */
  record Level(Consistency consistency, double perSecond, double p50Millis, double p99Millis) {}

  /** All levels for one number of clients. */
  record Result(int clients, List<Level> levels, long failures) {
    String text() {
      StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%5d clients ", clients));
      double strong = levels.get(0).perSecond;
      for (Level level : levels) {
        text.append(
            String.format(
                Locale.ROOT,
                "  %s %,9.0f /s (%.2f times, p50 %.2f ms, p99 %.2f ms)",
                level.consistency,
                level.perSecond,
                level.perSecond / strong,
                level.p50Millis,
                level.p99Millis));
      }
      return text.toString();
    }
  }

  private final Workloads workloads;
  private final double seconds;
  private final long seed;

  LevelGain(Workloads workloads, double seconds, long seed) {
    this.workloads = workloads;
    this.seconds = seconds;
    this.seed = seed;
  }

  Result measure(int clients) throws InterruptedException {
    Map<Consistency, List<ClosedLoop.Measurement>> turns = new EnumMap<>(Consistency.class);
    List<Consistency> order = new ArrayList<>(List.of(Consistency.values()));
    order.forEach(level -> turns.put(level, new ArrayList<>()));
    for (Consistency level : order) {
      turn(level, clients);
    }
    long failures = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (Consistency level : order) {
        ClosedLoop.Measurement measured = turn(level, clients);
        turns.get(level).add(measured);
        failures += measured.failures().values().stream().mapToLong(Long::longValue).sum();
      }
      // Who goes first changes, so that none gains by what the one before leaves behind.
      order.add(order.remove(0));
    }
    List<Level> levels = new ArrayList<>();
    turns.forEach(
        (level, all) ->
            levels.add(
                new Level(
                    level,
                    median(all, ClosedLoop.Measurement::perSecond),
                    median(all, ClosedLoop.Measurement::p50Millis),
                    median(all, ClosedLoop.Measurement::p99Millis))));
    return new Result(clients, levels, failures);
  }

  private ClosedLoop.Measurement turn(Consistency level, int clients) throws InterruptedException {
    return ClosedLoop.run(
        "read 1, " + level,
        clients,
        seconds / 4,
        seconds,
        seed,
        random -> workloads.read(random, level));
  }

  private static double median(
      List<ClosedLoop.Measurement> all, ToDoubleFunction<ClosedLoop.Measurement> figure) {
    return all.stream().mapToDouble(figure).sorted().toArray()[ROUNDS / 2];
  }
}
