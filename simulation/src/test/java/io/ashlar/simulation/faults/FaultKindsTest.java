package io.ashlar.simulation.faults;

import static io.ashlar.simulation.faults.ToyCluster.MILLIS;
import static io.ashlar.simulation.faults.ToyCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.Selection;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimResult;
import io.ashlar.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of fault does to a few processes that talk all the time, and that it ends. */
class FaultKindsTest {
  private static final int SEEDS = 20;

  /** Longer than this nothing is silent by chance. */
  private static final long SILENCE_NANOS = 100 * MILLIS;

  /** These need workers with the roles of a database. */
  private static final List<String> OF_REAL_WORKERS =
      List.of("close", "stranger", "register-damage");

  /** And these need log servers that have copies, see LostCopiesTest. */
  private static final List<String> OF_REAL_LOGS = List.of("disk-loss", "bit-flips", "older-copy");

  static List<String> kinds() {
    List<String> kinds = new ArrayList<>(FaultKinds.happening().keySet());
    kinds.removeAll(OF_REAL_WORKERS);
    kinds.removeAll(OF_REAL_LOGS);
    return kinds;
  }

  @Test
  void whatNeedsRealWorkersHappensInAWholeRun() {
    for (String kind : OF_REAL_WORKERS) {
      long happened = 0;
      for (long seed = 1; seed <= SEEDS && happened == 0; seed++) {
        SimOptions options =
            SimOptions.defaults()
                .withBusySeconds(1)
                .withCommitsMin(0)
                .withFaultFactor(32)
                .withFaults(Selection.only(List.of(kind)));
        SimResult result = Simulation.run(seed, options);
        assertThat(result.failure()).as(result.replay()).isNull();
        happened = result.faults().getOrDefault(kind, 0L);
      }
      assertThat(happened).as(kind).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKindHappensIsToldAndEnds(String kind) {
    long happened = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = ToyCluster.talkingEvery(50 * MILLIS, seed, kind);
      cluster.happen();
      cluster.run(cluster.lastsNanos());
      happened += cluster.happened();
      assertThat(cluster.told()).hasSize((int) cluster.happened());
      cluster.stop();
      cluster.run(cluster.lastsNanos());
      assertThat(cluster.down()).as("%s, seed %d", kind, seed).isEmpty();
      cluster.observe();
      cluster.run(2 * SECOND);
      assertThat(cluster.silent(SECOND)).as("%s, seed %d", kind, seed).isEmpty();
    }
    assertThat(happened).isPositive();
  }

  @Test
  void aKillIsTheDeathOfOneProcess() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "kill");
      cluster.happen();
      cluster.run(2 * SECOND);
      assertThat(ToyCluster.names().stream().filter(name -> cluster.boots(name) == 2)).hasSize(1);
      assertThat(ToyCluster.names().stream().filter(name -> cluster.boots(name) > 2)).isEmpty();
    }
  }

  @Test
  void anOutageIsTheDeathOfAll() {
    ToyCluster cluster = new ToyCluster(1, "outage");
    cluster.happen();
    assertThat(cluster.down()).isEqualTo(ToyCluster.names());
    cluster.run(SECOND);
    assertThat(cluster.down()).isEmpty();
  }

  @Test
  void allProcessesOfAComputerDieTogether() {
    TreeSet<String> downs = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "kill-machine");
      cluster.happen();
      downs.add(cluster.down().toString());
    }
    assertThat(downs).contains("[w3, w4]").doesNotContain("[w3]", "[w4]");
  }

  @Test
  void allProcessesOfAZoneDieWithinAMoment() {
    TreeSet<String> died = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "kill-zone");
      cluster.happen();
      cluster.run(2 * SECOND);
      List<String> twice = new ArrayList<>(ToyCluster.names());
      twice.removeIf(name -> cluster.boots(name) == 1);
      died.add(twice.toString());
    }
    assertThat(died).containsExactlyInAnyOrder("[w1, w2]", "[w3, w4, w5]", "[w6]");
  }

  @Test
  void theControllerDiesWhenARecoveryHasComeToAPhaseOrItWasJustElected() {
    int most = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "kill-controller");
      cluster.happen();
      // For another to be elected the one before must die.
      int deaths = cluster.isUp(ToyCluster.CONTROLLER) ? 1 : 2;
      most = Math.max(most, deaths);
      cluster.run(2 * SECOND);
      assertThat(cluster.boots(ToyCluster.CONTROLLER)).isEqualTo(1 + deaths);
      assertThat(ToyCluster.names().stream().filter(name -> cluster.boots(name) > 1)).hasSize(1);
    }
    assertThat(most).isEqualTo(2);
  }

  @Test
  void aMajorityOfTheCoordinatorsDieWithinWhatTheyHold() {
    TreeSet<String> died = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "kill-coordinators");
      cluster.happen();
      cluster.run(ToyCluster.LEASE_NANOS * 3 / 2);
      List<String> dead = new ArrayList<>(ToyCluster.names());
      dead.removeIf(name -> cluster.boots(name) == 1 && cluster.isUp(name));
      died.add(dead.toString());
    }
    assertThat(died).containsExactlyInAnyOrder("[w2, w3]", "[w2, w4]", "[w3, w4]");
  }

  @Test
  void aRebootStormIsSeveralDeathsOfOneWorkerSomeWhileItStarts() {
    int deaths = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "reboot-storm", new RebootStormFault(SECOND, 8, 50 * MILLIS));
      cluster.happen();
      cluster.run(10_000_000_000L);
      List<String> again = new ArrayList<>(ToyCluster.names());
      again.removeIf(name -> cluster.boots(name) == 1);
      assertThat(again).as("seed %d", seed).hasSize(1);
      assertThat(cluster.boots(again.get(0))).as("seed %d", seed).isBetween(3, 9);
      deaths += cluster.boots(again.get(0)) - 1;
    }
    assertThat(deaths).isGreaterThan(4 * SEEDS);
  }

  @Test
  void inARecoveryStormOneDeathFollowsTheOther() {
    long deaths = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "recovery-storm", new RecoveryStormFault(SECOND, 5));
      cluster.happen();
      assertThat(cluster.happened()).isEqualTo(1);
      cluster.run(10_000_000_000L);
      assertThat(cluster.happened()).as("seed %d", seed).isBetween(2L, 6L);
      deaths += cluster.happened();
    }
    assertThat(deaths).isGreaterThan(3 * SEEDS);
  }

  @Test
  void aStrandedWorkerIsHeardByOneAndThenDies() {
    ToyCluster cluster = new ToyCluster(3, "strand");
    cluster.observe();
    cluster.happen();
    cluster.run(2 * SECOND);
    List<String> dead = new ArrayList<>(ToyCluster.names());
    dead.removeIf(name -> cluster.boots(name) == 1);
    assertThat(dead).hasSize(1);
    assertThat(cluster.silent(SILENCE_NANOS))
        .as("from it to four workers of five, at least")
        .filteredOn(way -> way.startsWith(dead.get(0)) && !way.contains("c"))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void aPartitionSeparatesTwoGroupsAndLeavesEachWhole() {
    TreeSet<Integer> sizes = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "partition", new PartitionFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      for (String way : silent) {
        assertThat(silent).as("both ways, seed %d", seed).contains(reversed(way));
      }
      int here = groupOf(silent).size();
      assertThat(silent).as("seed %d", seed).hasSize(2 * here * (8 - here));
      sizes.add(here);
    }
    assertThat(sizes).hasSizeGreaterThan(2);
  }

  @Test
  void aOneWayPartitionLetsTheOtherDirectionThrough() {
    int ways = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "one-way", new OneWayPartitionFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      for (String way : silent) {
        assertThat(silent).as("seed %d", seed).doesNotContain(reversed(way));
      }
      ways += silent.size();
    }
    assertThat(ways).isGreaterThan(5 * SEEDS);
  }

  @Test
  void aMinorityIsFewerThanHalfOfTheWorkers() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "minority", new MinorityFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      long few = ToyCluster.workers().stream().filter(name -> isApart(silent, name, "c1")).count();
      if (!silent.isEmpty()) {
        assertThat(few).as("seed %d", seed).isBetween(1L, 2L);
        assertThat(silent).as("seed %d", seed).hasSize((int) (2 * few * (8 - few)));
      }
    }
  }

  @Test
  void inARingEachHearsTwoNeighbours() {
    ToyCluster cluster = new ToyCluster(2, "ring", new RingFault(SECOND, 4 * SECOND));
    List<String> silent = silentAfter(cluster);
    assertThat(silent).isNotEmpty();
    for (String to : ToyCluster.workers()) {
      assertThat(ToyCluster.workers())
          .filteredOn(from -> silent.contains(from + ">" + to))
          .as("of five, those that %s does not hear", to)
          .hasSize(3);
    }
    assertThat(silent).noneMatch(way -> way.contains("c"));
  }

  @Test
  void aBridgeIsHeardOnBothSides() {
    int bridged = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "bridge", new BridgeFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      if (!silent.isEmpty()) {
        List<String> bridges = new ArrayList<>(ToyCluster.workers());
        bridges.removeIf(name -> silent.stream().anyMatch(way -> way.contains(name)));
        assertThat(bridges).as("seed %d", seed).hasSize(1);
        bridged++;
      }
    }
    assertThat(bridged).isGreaterThan(SEEDS / 2);
  }

  @Test
  void anIsolatedWorkerIsCutOffFromTheControllerAlone() {
    int withClients = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "isolate", new IsolateFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      assertThat(silent).allMatch(way -> way.contains(ToyCluster.CONTROLLER));
      List<String> isolated = new ArrayList<>(ToyCluster.names());
      isolated.removeIf(name -> !silent.contains(name + ">" + ToyCluster.CONTROLLER));
      if (!silent.isEmpty()) {
        assertThat(isolated).filteredOn(name -> name.startsWith("w")).hasSize(1);
        withClients += isolated.size() > 1 ? 1 : 0;
      }
    }
    assertThat(withClients).isBetween(SEEDS / 4, SEEDS);
  }

  @Test
  void aLeaderApartIsCutOffFromAMajorityOfTheCoordinatorsOneWayOrBoth() {
    TreeSet<String> ways = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "leader-apart", new LeaderApartFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      List<String> apart = new ArrayList<>(ToyCluster.COORDINATORS);
      apart.removeIf(name -> !silent.contains("w1>" + name) && !silent.contains(name + ">w1"));
      boolean hears = silent.stream().noneMatch(way -> way.endsWith(">w1"));
      boolean isHeard = silent.stream().noneMatch(way -> way.startsWith("w1>"));
      assertThat(silent).hasSize(apart.size() * (hears || isHeard ? 1 : 2));
      if (!silent.isEmpty()) {
        assertThat(apart).hasSizeBetween(2, 3);
        ways.add(hears + " " + isHeard);
      }
    }
    assertThat(ways).containsExactlyInAnyOrder("false false", "false true", "true false");
  }

  @Test
  void aClientPartitionIsBetweenClientsAndWorkers() {
    int ways = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "client-partition", new ClientPartitionFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      assertThat(silent).allMatch(way -> way.contains("c") && way.contains("w"));
      ways += silent.size();
    }
    assertThat(ways).isGreaterThan(SEEDS);
  }

  @Test
  void aLinkIsDeadOrSlowBothWaysBetweenTwoThatWorkTogether() {
    int dead = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "link", new LinkFault(SECOND, SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      assertThat(silent.size()).isIn(0, 2);
      assertThat(silent).allMatch(way -> !way.contains("c"));
      dead += silent.isEmpty() ? 0 : 1;
    }
    assertThat(dead).isPositive();
  }

  @Test
  void aClogIsOnOneLink() {
    TreeSet<Integer> directions = new TreeSet<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "clog", new ClogFault(SECOND, 4 * SECOND));
      List<String> silent = silentAfter(cluster);
      directions.add(silent.size());
    }
    assertThat(directions).contains(1, 2).allMatch(count -> count <= 2);
  }

  @Test
  void aBurstComesToOneProcessAllAtOnce() {
    ToyCluster cluster = new ToyCluster(4, "burst", new BurstFault(SECOND, 4 * SECOND));
    List<String> silent = silentAfter(cluster);
    assertThat(silent).hasSize(7);
    String to = silent.get(0).substring(3);
    assertThat(silent).allMatch(way -> way.endsWith(to));
  }

  @Test
  void swizzledLinksAreClogAtDifferentTimesAndSetFreeAtDifferentTimes() {
    ToyCluster cluster = new ToyCluster(6, "swizzle", new SwizzleFault(SECOND, 6 * SECOND));
    cluster.observe();
    cluster.happen();
    cluster.run(8 * SECOND);
    TreeSet<Long> gaps = new TreeSet<>();
    for (String way : cluster.silent(SILENCE_NANOS)) {
      gaps.add(cluster.gap(way.substring(0, 2), way.substring(3)) / (10 * MILLIS));
    }
    assertThat(gaps).as("each link for a time of its own").hasSizeGreaterThan(10);
  }

  @Test
  void aSlowProcessIsLateForEverybodyUntilItIsFastAgain() {
    int slowed = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster =
          new ToyCluster(seed, "slow", new SlowFault(SECOND, 800 * MILLIS, 2 * SECOND));
      cluster.observe();
      cluster.happen();
      cluster.run(5 * SECOND);
      slowed += cluster.silent(SILENCE_NANOS).isEmpty() ? 0 : 1;
      cluster.observe();
      cluster.run(SECOND);
      assertThat(cluster.silent(SILENCE_NANOS)).as("seed %d", seed).isEmpty();
    }
    assertThat(slowed).isGreaterThan(SEEDS / 2);
  }

  @Test
  void pausesStopProcessesForAWhileAndNoLonger() {
    ToyCluster one = new ToyCluster(5, "pause", new PauseFault(SECOND, 3 * SECOND));
    assertThat(quietAfter(one)).hasSize(1);
    ToyCluster longer = new ToyCluster(5, "long-pause", new LongPauseFault(SECOND, 3 * SECOND));
    assertThat(quietAfter(longer)).hasSize(1);
    ToyCluster leader = new ToyCluster(5, "pause-leader", new PauseLeaderFault(SECOND));
    assertThat(quietAfter(leader)).containsExactly(ToyCluster.CONTROLLER);
    assertThat(leader.gap(ToyCluster.CONTROLLER, "w2"))
        .isBetween(ToyCluster.LEASE_NANOS * 7 / 10, ToyCluster.LEASE_NANOS * 2 + SECOND / 10);
    ToyCluster zone = new ToyCluster(5, "pause-zone", new PauseZoneFault(SECOND, 3 * SECOND));
    assertThat(quietAfter(zone))
        .isIn(List.of("w1", "w2"), List.of("w3", "w4", "w5"), List.of("w6"));
  }

  private static List<String> quietAfter(ToyCluster cluster) {
    List<String> silent = silentAfter(cluster);
    List<String> quiet = new ArrayList<>(ToyCluster.names());
    quiet.removeIf(
        from ->
            ToyCluster.names().stream()
                .anyMatch(to -> !to.equals(from) && !silent.contains(from + ">" + to)));
    return quiet;
  }

  @Test
  void anOperatorAsksForChangesAndTheControllerMayDieMeanwhile() {
    for (String kind : List.of("configuration", "coordinators")) {
      int killed = 0;
      for (long seed = 1; seed <= SEEDS; seed++) {
        ToyCluster cluster = new ToyCluster(seed, kind);
        cluster.happen();
        assertThat(cluster.changed).containsExactly(kind);
        assertThat(cluster.happened()).isEqualTo(1);
        int boots = cluster.boots(ToyCluster.CONTROLLER);
        cluster.run(10_000_000_000L);
        killed += cluster.boots(ToyCluster.CONTROLLER) - boots;
      }
      assertThat(killed).as(kind).isBetween(1, SEEDS - 1);
    }
  }

  @Test
  void changesComeWithABoot() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster options = new ToyCluster(seed, "options");
      options.happen();
      assertThat(options.changed).isEqualTo(options.down()).hasSize(1);
      ToyCluster address = new ToyCluster(seed, "address");
      address.happen();
      assertThat(address.changed).hasSize(1);
      boolean isController = address.changed.get(0).equals("address of " + ToyCluster.CONTROLLER);
      assertThat(address.down()).hasSize(isController ? 0 : 1);
      assertThat(address.happened()).isEqualTo(isController ? 0 : 1);
    }
  }

  @Test
  void aRefusingProcessIsNotReachedAnewForAWhile() {
    int refused = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      ToyCluster cluster = new ToyCluster(seed, "refuse", new RefuseFault(SECOND, 3 * SECOND));
      cluster.observe();
      cluster.happen();
      cluster.run(4 * SECOND);
      long tries = cluster.world.counts().getOrDefault("connections refused", 0L);
      refused += tries > 0 ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(SEEDS / 4);
  }

  @Test
  void cutsTearsAndHalfOpenConnectionsEachCutOne() {
    for (String kind : List.of("cut", "torn-message", "half-open")) {
      for (long seed = 1; seed <= SEEDS; seed++) {
        ToyCluster cluster =
            kind.equals("torn-message")
                ? new ToyCluster(seed, kind, new TornMessageFault(SECOND, 1))
                : new ToyCluster(seed, kind);
        cluster.happen();
        cluster.run(SECOND / 10);
        assertThat(cluster.world.counts()).as(kind).containsEntry("connections cut", 1L);
        assertThat(cluster.happened()).as(kind).isEqualTo(1);
      }
    }
  }

  @Test
  void ratesAreSpreadEvenlyOverOrdersOfMagnitude() {
    SeededRandom random = new SeededRandom(1);
    int low = 0;
    for (int i = 0; i < 10_000; i++) {
      long drawn = FaultKinds.spread(random, 100, 10_000);
      assertThat(drawn).isBetween(100L, 10_000L);
      low += drawn < 1_000 ? 1 : 0;
    }
    assertThat(low).isBetween(4_000, 6_000);
  }

  @Test
  void howOftenThingsGoWrongLeavesTimeToCommit() {
    for (long seed = 1; seed <= 200; seed++) {
      FaultPlan plan = FaultPlan.draw(new SeededRandom(seed), kind -> true, 1);
      long harmPerMille = 0;
      for (Fault fault : plan.faults().values()) {
        harmPerMille += 1_000 * fault.harmNanos() / plan.meanNanos(fault);
      }
      assertThat(harmPerMille).as("seed %d", seed).isLessThanOrEqualTo(1_510);
    }
  }

  private static List<String> silentAfter(ToyCluster cluster) {
    cluster.observe();
    cluster.happen();
    cluster.run(5 * SECOND);
    return cluster.silent(SILENCE_NANOS);
  }

  private static String reversed(String way) {
    return way.substring(3) + ">" + way.substring(0, 2);
  }

  private static boolean isApart(List<String> silent, String name, String other) {
    return silent.contains(name + ">" + other) && silent.contains(other + ">" + name);
  }

  /** One of the two groups: those that the first name is apart from. */
  private static List<String> groupOf(List<String> silent) {
    List<String> group = new ArrayList<>(ToyCluster.names());
    group.removeIf(name -> !isApart(silent, ToyCluster.names().get(0), name));
    return group;
  }
}
