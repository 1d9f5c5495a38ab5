package io.ashlar.server.check;

import io.ashlar.simulation.workload.WorkloadCounts;
import java.util.Map;
import java.util.TreeMap;

/**
 * How transactions ended.
 *
 * @param acknowledged commits of writes
 * @param reads read-only transactions that came to their end
 * @param unknown of which the client does not know whether they were committed
 * @param retried certainly not committed; their client tried something again
 * @param errors by name, how often
 */
public record Tally(
    long acknowledged, long reads, long unknown, long retried, Map<String, Long> errors) {
  static final Tally NONE = new Tally(0, 0, 0, 0, Map.of());

  Tally plus(WorkloadCounts counts) {
    Map<String, Long> sum = new TreeMap<>(errors);
    counts.errors().forEach((name, times) -> sum.merge(name, times, Long::sum));
    return new Tally(
        acknowledged + counts.committed(),
        reads + counts.readOnly(),
        unknown + counts.unknown(),
        retried + counts.failed(),
        sum);
  }
}
