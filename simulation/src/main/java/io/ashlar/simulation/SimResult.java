package io.ashlar.simulation;

import java.util.List;
import java.util.Map;

/**
 * What a run was and how it ended.
 *
 * @param seed everything came from it
 * @param passed whether nothing was wrong
 * @param digest of all messages delivered and of the final data: the same seed gives the same one
 * @param virtualSeconds from the first event to the last
 * @param busySeconds of these, those in which clients worked
 * @param wallSeconds what it took; no part of the digest
 * @param events run
 * @param transactionsCommitted acknowledged transactions that wrote
 * @param conflicts transactions that were refused because of another
 * @param unknownResults transactions whose client does not know whether they were committed
 * @param cluster how many clients there were and how many roles of each kind, and whether storage
 *     servers were on RocksDB, 1 or 0
 * @param workloads by name, what happened in each
 * @param faults counts by kind
 * @param recoveries epochs that began, the first included
 * @param probes rare paths that were reached, and how often
 * @param plan what was drawn, for people
 * @param failureKind how it failed, or null
 * @param failure what was wrong, or null
 * @param trace the last events before the failure, oldest first
 * @param replay the command that does it again
 */
public record SimResult(
    long seed,
    boolean passed,
    String digest,
    double virtualSeconds,
    double busySeconds,
    double wallSeconds,
    long events,
    long transactionsCommitted,
    long conflicts,
    long unknownResults,
    Map<String, Long> cluster,
    Map<String, Map<String, Long>> workloads,
    Map<String, Long> faults,
    long recoveries,
    Map<String, Long> probes,
    List<String> plan,
    FailureKind failureKind,
    String failure,
    List<String> trace,
    String replay) {
  static final String CLIENTS = "clients";
  static final String WORKERS = "workers";
  static final String ON_ROCKS = "onRocksDb";

  private static final List<String> SEVERAL =
      List.of("commitProxies", "readVersionProxies", "resolvers", "logServers", "storageServers");

  /** Whether there were at least two of each role that may have several. */
  boolean hasSeveralOfEachRole() {
    return SEVERAL.stream().allMatch(role -> cluster.get(role) >= 2);
  }

  /** One line of JSON. */
  public String toJson() {
    Json json = new Json();
    json.open();
    json.field("seed", seed);
    json.field("result", passed ? "passed" : "failed");
    json.field("digest", digest);
    json.field("virtualSeconds", virtualSeconds);
    json.field("wallSeconds", wallSeconds);
    json.field("events", events);
    json.field("transactionsCommitted", transactionsCommitted);
    json.field("conflicts", conflicts);
    json.field("unknownResults", unknownResults);
    json.openField("cluster");
    cluster.forEach(json::field);
    json.close();
    json.openField("workloads");
    workloads.forEach(
        (name, counts) -> {
          json.openField(name);
          counts.forEach(json::field);
          json.close();
        });
    json.close();
    json.openField("faults");
    faults.forEach(json::field);
    json.close();
    json.field("recoveries", recoveries);
    json.field("failureKind", failureKind == null ? null : failureKind.name());
    json.field("failure", failure);
    json.field("replay", replay);
    json.close();
    return json.toString();
  }

  /** Simulated seconds in which clients worked for each second of the wall clock. */
  public double busySecondsPerWallSecond() {
    return wallSeconds == 0 ? 0 : busySeconds / wallSeconds;
  }

  SimResult withWallSeconds(double seconds) {
    return new SimResult(
        seed,
        passed,
        digest,
        virtualSeconds,
        busySeconds,
        seconds,
        events,
        transactionsCommitted,
        conflicts,
        unknownResults,
        cluster,
        workloads,
        faults,
        recoveries,
        probes,
        plan,
        failureKind,
        failure,
        trace,
        replay);
  }

  /** The same with other lines to show what happened last. */
  SimResult withTrace(List<String> lines) {
    return new SimResult(
        seed,
        passed,
        digest,
        virtualSeconds,
        busySeconds,
        wallSeconds,
        events,
        transactionsCommitted,
        conflicts,
        unknownResults,
        cluster,
        workloads,
        faults,
        recoveries,
        probes,
        plan,
        failureKind,
        failure,
        lines,
        replay);
  }

  /** The same run, failed since it is not repeatable: something that only its caller can tell. */
  SimResult failedBecause(String reason) {
    return failedAs(FailureKind.NOT_REPEATABLE, reason);
  }

  /** The same run, failed in that way. */
  SimResult failedAs(FailureKind kind, String reason) {
    return new SimResult(
        seed,
        false,
        digest,
        virtualSeconds,
        busySeconds,
        wallSeconds,
        events,
        transactionsCommitted,
        conflicts,
        unknownResults,
        cluster,
        workloads,
        faults,
        recoveries,
        probes,
        plan,
        kind,
        reason,
        trace,
        replay);
  }
}
