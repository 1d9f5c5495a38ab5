package io.ashlar.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.Selection;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimResult;
import io.ashlar.simulation.Simulation;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What workloads do now and then is done in a few short runs, and nothing is wrong with it. */
class RareDeedsTest {
  private static final int SEEDS = 2;

  private static SimOptions options(String workloads) {
    return SimOptions.defaults()
        .withBusySeconds(4)
        .withCommitsMin(0)
        .withWorkloads(Selection.parse(workloads, Workloads.names()));
  }

  /** Everything that the workload has counted. */
  private static Map<String, Long> counts(String workload, SimOptions options) {
    Map<String, Long> counts = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      SimResult result = Simulation.run(seed, options);
      assertThat(result.failure()).as(result.replay()).isNull();
      result
          .workloads()
          .get(workload)
          .forEach((what, times) -> counts.merge(what, times, Long::sum));
    }
    return counts;
  }

  private static long count(String workload, String what) {
    return counts(workload, options(workload)).getOrDefault(what, 0L);
  }

  @Test
  void transactionsAreTriedAgainOnTheSameObject() {
    assertThat(count("serializability", "tries after another")).isGreaterThan(10);
    assertThat(count("append", "appends after another")).isGreaterThan(10);
  }

  @Test
  void commitsAreCalledWhileReadsAreUnderWay() {
    assertThat(count("conflict-ranges", "reads not waited for")).isGreaterThan(10);
  }

  @Test
  void valuesAreAppendedToUpToTheirLimit() {
    assertThat(count("atomic-operations", "appended up to the limit")).isPositive();
  }

  @Test
  void aClientAloneWritesTheRegisterAndReadsIt() {
    Map<String, Long> counts = counts("register", options("register").withClientsMax(1));
    assertThat(counts.get("committed")).isGreaterThan(10);
    assertThat(counts.get("readOnly")).isGreaterThan(10);
  }
}
