package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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
  private final Map<Long, String> digests;

  /**
   * @param out gets the JSON
   * @param progress gets everything else
   */
  public SimRunner(PrintStream out, PrintStream progress) {
    this(out, progress, new TreeMap<>());
  }

  /**
   * A runner that knows digests of earlier runs.
   *
   * @param digests by seed: a run whose seed is there and whose digest is another has failed; one
   *     whose seed is not there adds its own. Of runs with the same options
   */
  public SimRunner(PrintStream out, PrintStream progress, Map<Long, String> digests) {
    this.out = out;
    this.progress = progress;
    this.digests = digests;
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
    SimResult result = compared(Simulation.run(seed, options));
    if (!result.passed()) {
      printFailure(result);
    }
    out.println(result.toJson());
    return result.passed() ? 0 : 1;
  }

  /** A digest that is another than before is a failure. */
  private SimResult compared(SimResult result) {
    String before = digests.putIfAbsent(result.seed(), result.digest());
    return before == null || before.equals(result.digest())
        ? result
        : result.failedBecause("the digest is " + result.digest() + " and was " + before);
  }

  /**
   * Runs seeds, one world on each thread.
   *
   * @param seeds in the order in which they begin
   * @return the exit code: 0 when nothing was wrong with any, else 1
   */
  public int runSeeds(List<Long> seeds, int threads, SimOptions options) {
    long begun = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    BlockingQueue<SimResult> done = new LinkedBlockingQueue<>();
    for (int i = 0; i < threads; i++) {
      Thread worker =
          new Thread(
              () -> {
                for (int at = next.getAndIncrement();
                    at < seeds.size();
                    at = next.getAndIncrement()) {
                  done.add(runQuietly(seeds.get(at), options));
                }
              },
              "simulation-" + i);
      worker.setDaemon(true);
      worker.start();
    }
    SimSummary summary = collect(done, seeds.size(), begun);
    out.println(summary.toJson(seeds, (System.nanoTime() - begun) / 1e9));
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
        result = compared(result);
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
    private long withSeveralOfEachRole;
    private long onRocksDb;
    private long clientsMin = Long.MAX_VALUE;
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
      withSeveralOfEachRole += result.hasSeveralOfEachRole() ? 1 : 0;
      onRocksDb += result.cluster().get(SimResult.ON_ROCKS);
      clientsMin = Math.min(clientsMin, result.cluster().get(SimResult.CLIENTS));
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

    String toJson(List<Long> seeds, double wallSeconds) {
      Json json = new Json();
      json.open();
      json.field("seeds", Collections.min(seeds) + ".." + Collections.max(seeds));
      json.field("result", failedSeeds.isEmpty() ? "passed" : "failed");
      json.field("runs", runs);
      json.field("failed", failedSeeds.size());
      json.field("failedSeeds", failedSeeds.toString());
      json.field("virtualSeconds", virtualSeconds);
      json.field("busySeconds", busySeconds);
      json.field("wallSeconds", wallSeconds);
      json.field("busySecondsPerWorldSecond", cpuSeconds == 0 ? 0 : busySeconds / cpuSeconds);
      json.field("transactionsCommitted", committed);
      json.field("commitsOfTheLeastBusyRun", runs == 0 ? 0 : commitsMin);
      json.field("clientsOfTheSmallestRun", runs == 0 ? 0 : clientsMin);
      json.field("runsWithSeveralOfEachRole", withSeveralOfEachRole);
      json.field("runsOnRocksDb", onRocksDb);
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
