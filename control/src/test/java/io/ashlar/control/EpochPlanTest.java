package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.LogMember;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
  private static RegisterWorker worker(int number, String zone) {
    return new RegisterWorker(
        new Uid(0, number),
        new Uid(9, 9),
        "10.0.0." + number + ":4500",
        zone,
        List.of(),
        List.of());
  }

  private static ClusterConfiguration configuration(int logs, int replication) {
    return new ClusterConfiguration(2, 2, 2, logs, 2, replication, 0, 5_000_000);
  }

  private static TreeSet<String> zones(EpochPlan plan) {
    TreeSet<String> zones = new TreeSet<>();
    for (LogMember log : plan.logMembers()) {
      zones.add(log.zone());
    }
    return zones;
  }

  /**
   * Dealt by worker alone, all log servers came to be in the first zone, and recovery waited for
   * ever for the zones that it had.
   */
  @Test
  void logServersAreInAsManyZonesAsThereAreWhereverTheirWorkersCome() {
    List<RegisterWorker> live =
        List.of(worker(1, "a"), worker(2, "a"), worker(3, "a"), worker(4, "b"), worker(5, "c"));
    EpochPlan plan = EpochPlan.deal(configuration(3, 3), live, Set.of(), new SeededRandom(1));
    assertThat(zones(plan)).containsExactly("a", "b", "c");
  }

  @Test
  void thereIsAPlanWheneverThereAreZonesEnoughAndElseNone() {
    for (long seed = 1; seed <= 500; seed++) {
      SeededRandom random = new SeededRandom(seed);
      int logs = random.nextInt(1, 7);
      int replication = random.nextInt(1, Math.min(logs, 3) + 1);
      List<RegisterWorker> live = new ArrayList<>();
      TreeSet<String> zones = new TreeSet<>();
      for (int i = random.nextInt(1, 8); i > 0; i--) {
        String zone = "zone-" + random.nextInt(4);
        zones.add(zone);
        live.add(worker(i, zone));
      }
      EpochPlan plan = EpochPlan.deal(configuration(logs, replication), live, Set.of(), random);
      if (zones.size() < replication) {
        assertThat(plan).as("seed %d", seed).isNull();
      } else {
        assertThat(zones(plan)).as("seed %d", seed).hasSize(Math.min(logs, zones.size()));
      }
    }
  }
}
