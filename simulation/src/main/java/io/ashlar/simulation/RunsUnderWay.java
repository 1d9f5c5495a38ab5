package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Runs seeds, and knows how far those have come that are under way: for people who wait. May be
 * used by several threads at once; what one thread hears of the run of another may be a little old.
 */
@SuppressForbidden("one run in each thread, and another thread that looks at them")
final class RunsUnderWay implements Runs {
  private final Runs runs;
  private final Map<Thread, Simulation> underWay = new ConcurrentHashMap<>();
  private final LongAdder endedNanos = new LongAdder();

  RunsUnderWay(Runs runs) {
    this.runs = runs;
  }

  @Override
  public SimResult run(long seed, SimOptions options, Consumer<Simulation> watcher) {
    Thread thread = Thread.currentThread();
    try {
      return runs.run(
          seed,
          options,
          simulation -> {
            underWay.put(thread, simulation);
            watcher.accept(simulation);
          });
    } finally {
      Simulation ended = underWay.remove(thread);
      if (ended != null) {
        endedNanos.add(ended.world().nowNanos());
      }
    }
  }

  /** Virtual seconds that have gone by in all runs together. */
  long virtualSeconds() {
    long nanos = endedNanos.sum();
    for (Simulation simulation : underWay.values()) {
      nanos += simulation.world().nowNanos();
    }
    return nanos / 1_000_000_000L;
  }

  /** Where a run stands, if there is one; else nothing. */
  String describe() {
    for (Simulation simulation : underWay.values()) {
      return String.format(
          Locale.ROOT,
          "%.1f virtual seconds: %s",
          simulation.world().nowNanos() / 1e9,
          simulation.phase());
    }
    return "";
  }
}
