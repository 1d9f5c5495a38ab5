package io.ashlar.simulation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums over many runs. Used by one thread. */
public final class SimSummary {
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> probes = new TreeMap<>();
  private final Map<String, Long> workloads = new TreeMap<>();
  private final Map<Long, SimResult> failures = new TreeMap<>();
  private final Coverage coverage = Coverage.ofEverything();
  private long seedMin = Long.MAX_VALUE;
  private long seedMax = Long.MIN_VALUE;
  private long runs;
  private long events;
  private long committed;
  private long commitsMin = Long.MAX_VALUE;
  private long withConflicts;
  private long withUnknown;
  private long withRecoveries;
  private long withLostConnections;
  private long withSeveralOfEachRole;
  private long onRocksDb;
  private long doneTwice;
  private long clientsMin = Long.MAX_VALUE;
  private double virtualSeconds;
  private double busySeconds;
  private double coreSeconds;

  /** Counts a run. */
  public void add(SimResult result) {
    runs++;
    seedMin = Math.min(seedMin, result.seed());
    seedMax = Math.max(seedMax, result.seed());
    events += result.events();
    committed += result.transactionsCommitted();
    commitsMin = Math.min(commitsMin, result.transactionsCommitted());
    withConflicts += result.conflicts() > 0 ? 1 : 0;
    withUnknown += result.unknownResults() > 0 ? 1 : 0;
    withRecoveries += result.recoveries() > 1 ? 1 : 0;
    withLostConnections += result.faults().getOrDefault("connections cut", 0L) > 0 ? 1 : 0;
    withSeveralOfEachRole += result.hasSeveralOfEachRole() ? 1 : 0;
    onRocksDb += result.cluster().get(SimResult.ON_ROCKS);
    doneTwice += RepeatCheck.isDrawn(result.seed()) ? 1 : 0;
    clientsMin = Math.min(clientsMin, result.cluster().get(SimResult.CLIENTS));
    virtualSeconds += result.virtualSeconds();
    busySeconds += result.busySeconds();
    coreSeconds += result.wallSeconds();
    result.faults().forEach((kind, count) -> faults.merge(kind, count, Long::sum));
    result.workloads().keySet().forEach(name -> workloads.merge(name, 1L, Long::sum));
    result.probes().forEach((name, count) -> probes.merge(name, count, Long::sum));
    coverage.add(result);
    if (!result.passed()) {
      failures.put(result.seed(), result);
    }
  }

  public long runs() {
    return runs;
  }

  public long failed() {
    return failures.size();
  }

  /** Acknowledged transactions that wrote. */
  public long committed() {
    return committed;
  }

  /** Rare paths that were reached, and how often. */
  public Map<String, Long> probes() {
    return probes;
  }

  /** How often each marked path, fault point and shape of input that there is was reached, or 0. */
  public Map<String, Long> coverage() {
    return coverage.counts();
  }

  /** What was never reached, by the names of {@link #coverage}. */
  public List<String> holes() {
    return coverage.holes();
  }

  /** What was reached and is on no list, so that nobody would miss it. */
  public List<String> unlisted() {
    return coverage.unlisted();
  }

  /** Runs in which each workload was there, by its name. */
  public Map<String, Long> workloads() {
    return workloads;
  }

  /** How often each kind of fault happened. */
  public Map<String, Long> faults() {
    return faults;
  }

  /** Why runs have failed, by seed. */
  public Map<Long, SimResult> failures() {
    return failures;
  }

  /**
   * One line of JSON.
   *
   * @param result in a word, such as {@code passed} or {@code failed}
   */
  public String toJson(double wallSeconds, String result) {
    Json json = new Json();
    json.open();
    json.field("seeds", runs == 0 ? "" : seedMin + ".." + seedMax);
    json.field("result", result);
    json.field("runs", runs);
    json.field("failed", failures.size());
    json.field("failedSeeds", failures.keySet());
    json.field("virtualSeconds", virtualSeconds);
    json.field("busySeconds", busySeconds);
    json.field("wallSeconds", wallSeconds);
    json.field("busySecondsPerCoreSecond", perCoreSecond(busySeconds));
    json.field("eventsPerCoreSecond", Math.round(perCoreSecond(events)));
    json.field("events", events);
    json.field("transactionsCommitted", committed);
    json.field("commitsPerBusySecond", busySeconds == 0 ? 0 : committed / busySeconds);
    json.field("commitsOfTheLeastBusyRun", runs == 0 ? 0 : commitsMin);
    json.field("clientsOfTheSmallestRun", runs == 0 ? 0 : clientsMin);
    json.field("runsWithSeveralOfEachRole", withSeveralOfEachRole);
    json.field("runsOnRocksDb", onRocksDb);
    json.field("runsDoneTwice", doneTwice);
    json.field("runsWithConflicts", withConflicts);
    json.field("runsWithUnknownResults", withUnknown);
    json.field("runsWithRecoveries", withRecoveries);
    json.field("runsWithLostConnections", withLostConnections);
    sums(json, "workloads", workloads);
    sums(json, "faults", faults);
    sums(json, "probes", probes);
    json.field("holes", holes());
    json.field("unlisted", unlisted());
    json.close();
    return json.toString();
  }

  /** Of a second in which one core did nothing else; a run uses one core. */
  private double perCoreSecond(double amount) {
    return coreSeconds == 0 ? 0 : amount / coreSeconds;
  }

  private static void sums(Json json, String name, Map<String, Long> sums) {
    json.openField(name);
    sums.forEach(json::field);
    json.close();
  }
}
