package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs seeds and tells what became of them: what {@code ./ashlar sim} does. One line of JSON for
 * one seed, a summary for many; progress and failures go to the other stream.
 */
@SuppressForbidden("runs worlds on all cores, and tells people how long that took")
public final class SimRunner {
  private static final long PROGRESS_NANOS = 2_000_000_000L;
  private static final int TRACE_LINES = 200;
  private static final int FAILURES_SHOWN = 10;

  private final PrintStream out;
  private final PrintStream progress;

  /**
   * @param out gets the JSON
   * @param progress gets everything else
   */
  public SimRunner(PrintStream out, PrintStream progress) {
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs one seed.
   *
   * @return the exit code: 0 when nothing was wrong, else 1
   */
  public int runSeed(long seed, SimOptions options) {
    for (String line : Simulation.describe(seed, options)) {
      progress.println(line);
    }
    SimResult result = Simulation.run(seed, options);
    if (!result.passed()) {
      printFailure(result);
    }
    out.println(result.toJson());
    return result.passed() ? 0 : 1;
  }

  /**
   * Runs the seeds from {@code first} to {@code last}, both included, one world on each thread.
   *
   * @return the exit code: 0 when nothing was wrong with any, else 1
   */
  public int runSeeds(long first, long last, int threads, SimOptions options) {
    long begun = System.nanoTime();
    AtomicLong next = new AtomicLong(first);
    BlockingQueue<SimResult> done = new LinkedBlockingQueue<>();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker =
          new Thread(
              () -> {
                for (long seed = next.getAndIncrement();
                    seed <= last;
                    seed = next.getAndIncrement()) {
                  done.add(runQuietly(seed, options));
                }
              },
              "simulation-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
    SimSummary summary = collect(done, last - first + 1, begun);
    out.println(summary.toJson(first, last, (System.nanoTime() - begun) / 1e9));
    return summary.failed() == 0 ? 0 : 1;
  }

  /** A run that breaks down is a run that failed. */
  private static SimResult runQuietly(long seed, SimOptions options) {
    try {
      return Simulation.run(seed, options);
    } catch (RuntimeException | Error e) {
      return Simulation.brokenDown(seed, options, e);
    }
  }

  private SimSummary collect(BlockingQueue<SimResult> done, long count, long begun) {
    SimSummary summary = new SimSummary();
    long told = begun;
    while (summary.runs() < count) {
      SimResult result;
      try {
        result = done.poll(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      if (result != null) {
        summary.add(result);
        if (!result.passed() && summary.failed() <= FAILURES_SHOWN) {
          progress.println("seed " + result.seed() + " failed: " + result.failure());
          progress.println("  replay: " + result.replay());
        }
      }
      long now = System.nanoTime();
      if (now - told > PROGRESS_NANOS) {
        told = now;
        progress.println(
            String.format(
                Locale.ROOT,
                "%d of %d seeds, %d failed, %d transactions committed",
                summary.runs(),
                count,
                summary.failed(),
                summary.committed()));
      }
    }
    return summary;
  }

  private void printFailure(SimResult result) {
    List<String> trace = result.trace();
    for (String line : trace.subList(Math.max(0, trace.size() - TRACE_LINES), trace.size())) {
      progress.println(line);
    }
    progress.println("seed " + result.seed() + " failed: " + result.failure());
    progress.println("replay: " + result.replay());
  }

  /** Sums over many runs. */
  static final class SimSummary {
    private final Map<String, Long> faults = new TreeMap<>();
    private final Map<String, Long> probes = new TreeMap<>();
    private final List<Long> failedSeeds = new ArrayList<>();
    private long runs;
    private long committed;
    private long commitsMin = Long.MAX_VALUE;
    private long withConflicts;
    private long withUnknown;
    private long withRecoveries;
    private long withLostConnections;
    private double virtualSeconds;
    private double busySeconds;
    private double cpuSeconds;

    void add(SimResult result) {
      runs++;
      committed += result.transactionsCommitted();
      commitsMin = Math.min(commitsMin, result.transactionsCommitted());
      withConflicts += result.conflicts() > 0 ? 1 : 0;
      withUnknown += result.unknownResults() > 0 ? 1 : 0;
      withRecoveries += result.recoveries() > 1 ? 1 : 0;
      withLostConnections += result.faults().getOrDefault("connections cut", 0L) > 0 ? 1 : 0;
      virtualSeconds += result.virtualSeconds();
      busySeconds += result.busySeconds();
      cpuSeconds += result.wallSeconds();
      result.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
      result.probes().forEach((name, count) -> probes.merge(name, count, Long::sum));
      if (!result.passed()) {
        failedSeeds.add(result.seed());
        failedSeeds.sort(null);
      }
    }

    long runs() {
      return runs;
    }

    long failed() {
      return failedSeeds.size();
    }

    long committed() {
      return committed;
    }

    /** Rare paths that were reached, and how often. */
    Map<String, Long> probes() {
      return probes;
    }

    String toJson(long first, long last, double wallSeconds) {
      Json json = new Json();
      json.open();
      json.field("seeds", first + ".." + last);
      json.field("result", failedSeeds.isEmpty() ? "passed" : "failed");
      json.field("runs", runs);
      json.field("failed", failedSeeds.size());
      json.field("failedSeeds", failedSeeds.toString());
      json.field("virtualSeconds", virtualSeconds);
      json.field("wallSeconds", wallSeconds);
      json.field("busySecondsPerWorldSecond", cpuSeconds == 0 ? 0 : busySeconds / cpuSeconds);
      json.field("transactionsCommitted", committed);
      json.field("commitsOfTheLeastBusyRun", runs == 0 ? 0 : commitsMin);
      json.field("runsWithConflicts", withConflicts);
      json.field("runsWithUnknownResults", withUnknown);
      json.field("runsWithRecoveries", withRecoveries);
      json.field("runsWithLostConnections", withLostConnections);
      json.openField("faults");
      faults.forEach(json::field);
      json.close();
      json.openField("probes");
      probes.forEach(json::field);
      json.close();
      json.close();
      return json.toString();
    }
  }
}
