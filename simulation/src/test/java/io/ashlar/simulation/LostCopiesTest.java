package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.faults.FaultPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks that are lost, changed, outdated or exchanged for ever, in whole runs: what other zones
 * have is enough, and nothing acknowledged is lost.
 */
class LostCopiesTest {
  private static final int RUNS = 4;
  private static final String LOST_SYNCED = "recovery.log-server-lost-synced-data";

  /** Seeds, in their order, whose run has that kind and a log that it can do something to. */
  private static List<Long> seeds(String kind, Predicate<ClusterPlan> fits) {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seeds.size() < RUNS; seed++) {
      SeededRandom random = new SeededRandom(seed).fork("simulation");
      ClusterPlan plan = ClusterPlan.draw(random.fork("cluster"), (seed & 1) == 0, 1, 1);
      FaultPlan faults = FaultPlan.draw(random.fork("faults"), any -> true, 1);
      if (faults.faults().containsKey(kind) && fits.test(plan)) {
        seeds.add(seed);
      }
    }
    return seeds;
  }

  private static boolean hasCopies(ClusterPlan plan) {
    ClusterConfiguration log = plan.configuration();
    return log.replication() - log.antiQuorum() > 1;
  }

  /** More zones than there are copies: whoever is outdated is never asked alone. */
  private static boolean isOutvoted(ClusterPlan plan) {
    ClusterConfiguration log = plan.configuration();
    long zones = plan.workers().stream().map(worker -> worker.place().zone()).distinct().count();
    return hasCopies(plan)
        && log.antiQuorum() == 0
        && Math.min(zones, log.logs()) > log.replication();
  }

  private static SimOptions only(String kind) {
    return SimOptions.defaults()
        .withBusySeconds(6)
        .withCommitsMin(1)
        .withFaultFactor(16)
        .withFaults(Selection.only(List.of("kill", "power-loss", kind)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk-loss", "bit-flips", "older-copy", "disk-swap"})
  void whatOtherZonesHaveIsEnough(String kind) {
    boolean isOlder = kind.equals("older-copy");
    long happened = 0;
    long noticed = 0;
    for (long seed :
        seeds(kind, isOlder ? LostCopiesTest::isOutvoted : LostCopiesTest::hasCopies)) {
      SimResult result = Simulation.run(seed, only(kind));
      assertThat(result.failure()).as(result.replay()).isNull();
      happened += result.faults().getOrDefault(kind, 0L);
      noticed += result.probes().getOrDefault(LOST_SYNCED, 0L);
    }
    assertThat(happened).isGreaterThan(2);
    if (isOlder) {
      assertThat(noticed).as(LOST_SYNCED).isPositive();
    }
  }
}
