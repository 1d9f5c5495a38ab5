package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.LeaderFollower;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Never two lead at once, and soon one does. */
class LeaderElectionTest {
  private static final long SECOND = CoordinatorScene.SECOND;
  private static final long FAULTY_NANOS = 40 * SECOND;
  private static final int SEEDS = 20;
  private static final CoordinatorOptions COORDINATORS = CoordinatorOptions.defaults();

  /**
   * Until one leads when nothing is wrong any more: coordinators hold what they promised, or may
   * have; those who died are forgotten; then two may claim at once, and all is held once more. The
   * slowest clocks take a seventh longer for it.
   */
  private static final long ELECTED_NANOS =
      (2 * COORDINATORS.holdNanos()
                  + COORDINATORS.silenceNanos()
                  + COORDINATORS.pollNanos()
                  + FollowOptions.defaults().pollNanos())
              * 8
              / 7
          + 2 * SECOND;

  /** A process that would lead and follows who does. */
  private static final class Member implements Role {
    final List<String> told = new ArrayList<>();
    final LeaderElection election;
    final LeaderFollower follower;
    private final CoordinatorSet set;

    Member(Host host, CoordinatorSet set, int priority) {
      this.set = set;
      election =
          new LeaderElection(
              host,
              set,
              ElectionOptions.defaults(),
              host.network().self(),
              priority,
              new LeaderElection.Listener() {
                @Override
                public void onElected(Uid changeId) {
                  told.add("elected");
                }

                @Override
                public void onLost(Uid changeId) {
                  told.add("lost");
                }

                @Override
                public void onMoved(CoordinatorSet next) {
                  told.add("moved");
                }
              });
      follower =
          new LeaderFollower(
              host,
              FollowOptions.defaults(),
              new LeaderFollower.Listener() {
                @Override
                public void onLeader(Candidate leader) {}

                @Override
                public void onUnknown(Failure failure) {}

                @Override
                public void onMoved(CoordinatorSet next) {}
              });
    }

    @Override
    public void start() {
      election.start();
      follower.follow(set);
    }

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  /** Three who would lead. */
  private static final class Run {
    final CoordinatorScene scene;
    final Map<String, Member> members = new TreeMap<>();
    final TreeMap<String, Integer> priorities = new TreeMap<>();
    int terms;
    String violation;
    private String leading;

    Run(long seed, int coordinators, WorldConditions conditions, CoordinatorOptions options) {
      scene = new CoordinatorScene(seed, coordinators, conditions, options, disk -> disk);
      for (int i = 0; i < 3; i++) {
        String name = "m" + i;
        priorities.put(name, scene.world.random("priority " + i).nextInt(2));
        addMember(name);
      }
    }

    private void addMember(String name) {
      scene.addClient(
          name,
          host -> {
            Member member = new Member(host, scene.set, priorities.get(name));
            members.put(name, member);
            return member;
          });
    }

    /** Those who lead at this instant. */
    List<String> leaders() {
      List<String> leaders = new ArrayList<>();
      members.forEach(
          (name, member) -> {
            if (scene.world.process(name) != null && member.election.isLeading()) {
              leaders.add(name);
            }
          });
      return leaders;
    }

    /** Looks at every instant at which something happens. */
    void run(long nanos) {
      long end = scene.world.nowNanos() + nanos;
      while (scene.world.nowNanos() < end && violation == null && scene.world.step()) {
        scene.checkNothingThrown();
        List<String> leaders = leaders();
        if (leaders.size() > 1) {
          violation = leaders + " lead at " + scene.world.nowNanos();
        }
        String now = leaders.isEmpty() ? null : leaders.get(0);
        if (now != null && !now.equals(leading)) {
          terms++;
        }
        leading = now;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void atMostOneLeadsAtAnyInstantAndOneDoesSoonAfterFaultsEnd(int coordinators) {
    int terms = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      WorldConditions conditions = CoordinatorScene.drawn(seed);
      if (seed % 2 == 0) {
        conditions = CoordinatorScene.withWildClocks(conditions);
      }
      Run run = new Run(100 * coordinators + seed, coordinators, conditions, COORDINATORS);
      run.scene.beginFaults();
      run.run(FAULTY_NANOS);
      terms += run.terms;
      run.scene.endFaults();
      run.run(ELECTED_NANOS);
      assertThat(run.violation).as("seed %d", seed).isNull();
      assertThat(run.leaders()).as("seed %d: a leader in the end", seed).hasSize(1);
      List<String> leaders = run.leaders();
      run.run(10 * SECOND);
      assertThat(run.leaders()).as("seed %d: the leader stays", seed).isEqualTo(leaders);
      for (Member member : run.members.values()) {
        assertThat(member.follower.leader().address().process())
            .as("seed %d: whom all follow", seed)
            .isEqualTo(leaders.get(0));
      }
    }
    // Otherwise there was nothing to be seen.
    assertThat(terms).isGreaterThan(2 * SEEDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void coordinatorsThatHoldTheirPromisesTooShortlyAreFoundOut(int coordinators) {
    CoordinatorOptions hasty =
        new CoordinatorOptions(
            COORDINATORS.pollNanos(),
            COORDINATORS.tickNanos(),
            COORDINATORS.silenceNanos(),
            ElectionOptions.defaults().heartbeatNanos() / 3,
            COORDINATORS.foundNanos(),
            COORDINATORS.setsMax(),
            COORDINATORS.pollsMax(),
            COORDINATORS.candidatesMax());
    int caught = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run run =
          new Run(100 * coordinators + seed, coordinators, CoordinatorScene.drawn(seed), hasty);
      run.scene.beginFaults();
      run.run(FAULTY_NANOS);
      if (run.violation != null) {
        caught++;
      }
    }
    assertThat(caught).isGreaterThan(SEEDS / 4);
  }

  @Test
  void aLeaderStaysWhileCoordinatorsAreRestartedOneAfterTheOther() {
    Run run = new Run(1, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    List<String> leaders = run.leaders();
    assertThat(leaders).hasSize(1);
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i <= 3; i++) {
        run.scene.kill("k" + i + ":1", true);
        run.scene.reboot("k" + i + ":1");
        run.run(COORDINATORS.holdNanos() + SECOND);
      }
    }
    assertThat(run.leaders()).isEqualTo(leaders);
    assertThat(run.terms).isEqualTo(1);
  }

  @Test
  void aBetterOneTakesOverFromTheLeader() {
    Run run = new Run(2, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    assertThat(run.leaders()).hasSize(1);
    int before = run.terms;
    run.priorities.put("m9", -1);
    run.addMember("m9");
    run.run(2 * COORDINATORS.holdNanos() + SECOND);
    assertThat(run.leaders()).containsExactly("m9");
    assertThat(run.violation).isNull();
    assertThat(run.terms).isEqualTo(before + 1);
  }

  @Test
  void anotherLeadsWhenTheLeaderDies() {
    Run run = new Run(3, 5, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String dead = run.leaders().get(0);
    run.scene.kill(dead, true);
    run.run(COORDINATORS.holdNanos() + SECOND);
    assertThat(run.leaders()).hasSize(1).doesNotContain(dead);
  }

  /** What was held for whoever died elsewhere takes its time; its next life knows better. */
  @Test
  void oneLeadsAtOnceWhenTheLeaderIsStartedAgain() {
    Run run = new Run(6, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String leader = run.leaders().get(0);
    run.scene.kill(leader, true);
    run.scene.reboot(leader);
    run.run(SECOND / 10);
    assertThat(run.leaders()).hasSize(1);
    assertThat(run.violation).isNull();
  }

  @Test
  void oneLeadsAtOnceWhenAllAreStartedAgain() {
    Run run = new Run(7, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    List<String> all = List.of("k1:1", "k2:1", "k3:1", "m0", "m1", "m2");
    all.forEach(name -> run.scene.kill(name, true));
    all.forEach(run.scene::reboot);
    run.run(SECOND / 5);
    assertThat(run.leaders()).hasSize(1);
    assertThat(run.violation).isNull();
  }

  @Test
  void anotherLeadsAtOnceWhenTheLeaderClosesInPeace() {
    Run run = new Run(8, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String leader = run.leaders().get(0);
    Member member = run.members.get(leader);
    List<String> heard = new ArrayList<>();
    member.election.resign(() -> heard.add("told"));
    run.run(SECOND / 10);
    assertThat(heard).containsExactly("told");
    assertThat(member.told).containsExactly("elected", "lost");
    assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
    run.run(10 * SECOND);
    assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
    assertThat(run.violation).isNull();
  }

  @Test
  void allTakeTurnsWhileEachGivesUpAndWhoHasProvedStaysWhenTheyAreForgiven() {
    Run run = new Run(9, 3, WorldConditions.calm(), COORDINATORS);
    run.priorities.replaceAll((name, priority) -> 0);
    run.members.keySet().forEach(name -> run.scene.kill(name, false));
    run.members.keySet().forEach(run.scene::reboot);
    run.run(5 * SECOND);
    for (int round = 0; round < 3; round++) {
      TreeSet<String> turns = new TreeSet<>();
      for (int i = 0; i < 3; i++) {
        String leader = run.leaders().get(0);
        turns.add(leader);
        assertThat(run.members.get(leader).election.isContested()).isTrue();
        run.members.get(leader).election.giveUp();
        run.run(SECOND);
        assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
      }
      assertThat(turns).hasSize(3);
    }
    List<String> leaders = run.leaders();
    int terms = run.terms;
    run.members.get(leaders.get(0)).election.proved();
    run.run(2 * ElectionOptions.defaults().worseNanos());
    assertThat(run.leaders()).isEqualTo(leaders);
    assertThat(run.terms).isEqualTo(terms);
    assertThat(run.violation).isNull();
  }

  @Test
  void whoGaveUpAndHasNotProvedIsReplacedWhenOthersAreForgiven() {
    Run run = new Run(10, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    for (int i = 0; i < 4; i++) {
      run.members.get(run.leaders().get(0)).election.giveUp();
      run.run(SECOND);
    }
    int terms = run.terms;
    run.run(2 * ElectionOptions.defaults().worseNanos());
    assertThat(run.terms).isGreaterThan(terms);
    assertThat(run.leaders()).hasSize(1);
    assertThat(run.violation).isNull();
  }

  @Test
  void whoRetiresNeverLeadsAgain() {
    Run run = new Run(11, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String leader = run.leaders().get(0);
    run.members.get(leader).election.retire();
    run.run(SECOND);
    assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
    run.scene.kill(run.leaders().get(0), true);
    run.run(10 * SECOND);
    assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
  }

  @Test
  void whoIsAloneIsNotContested() {
    Run run = new Run(12, 1, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String leader = run.leaders().get(0);
    assertThat(run.members.get(leader).election.isContested()).isTrue();
    run.members.keySet().stream()
        .filter(name -> !name.equals(leader))
        .toList()
        .forEach(name -> run.scene.kill(name, false));
    run.run(COORDINATORS.silenceNanos() + SECOND);
    assertThat(run.members.get(leader).election.isContested()).isFalse();
  }

  @Test
  void aTermThatCannotBeReadIsPassedOver() {
    Run run = new Run(13, 1, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String leader = run.leaders().get(0);
    run.scene.kill(leader, false);
    run.scene.world.machine("machine of " + leader).disk().flip("client/term", 9, 1);
    run.scene.reboot(leader);
    run.run(COORDINATORS.holdNanos() + SECOND);
    assertThat(run.leaders()).hasSize(1);
    assertThat(run.violation).isNull();
  }

  @Test
  void whoIsCutOffFromAMajorityLeadsNoLongerThanItsLease() {
    Run run = new Run(4, 3, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    String leader = run.leaders().get(0);
    for (int i = 1; i <= 2; i++) {
      run.scene.world.network().hold(leader, "k" + i + ":1", 60 * SECOND);
    }
    run.run(ElectionOptions.defaults().leaseNanos() + SECOND / 100);
    assertThat(run.members.get(leader).told).containsExactly("elected", "lost");
    run.run(2 * SECOND);
    assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
  }

  /**
   * The coordinator took the last heartbeat long before its leader heard of it, and holds its
   * promise from then on; begun at some moments between two heartbeats.
   */
  @Test
  void aLeaseIsCountedFromItsHeartbeatsHoweverLateTheyAreAnswered() {
    for (int tenth = 0; tenth < 5; tenth++) {
      Run run = new Run(14, 1, WorldConditions.calm(), COORDINATORS);
      run.run(5 * SECOND + tenth * SECOND / 10);
      String leader = run.leaders().get(0);
      run.scene.world.network().hold("k1:1", leader, 12 * SECOND / 10);
      run.run(13 * SECOND / 10);
      run.scene.world.network().hold("k1:1", leader, 14 * SECOND / 10);
      run.run(3 * SECOND / 10);
      run.scene.world.network().hold(leader, "k1:1", 60 * SECOND);
      run.run(5 * SECOND);
      assertThat(run.violation).as("begun at %d", tenth).isNull();
      assertThat(run.leaders()).hasSize(1).doesNotContain(leader);
    }
  }

  private static CoordinatorQuorum.LockHandler locked(Consumer<RegisterGeneration> onLocked) {
    return new CoordinatorQuorum.LockHandler() {
      @Override
      public void onLocked(RegisterGeneration generation, Bytes stateOrNull) {
        onLocked.accept(generation);
      }

      @Override
      public void onUnreadable(String why) {
        throw new AssertionError(why);
      }

      @Override
      public void onMoved(CoordinatorSet elsewhere) {
        throw new AssertionError("moved twice");
      }
    };
  }

  @Test
  void allFollowTheCoordinatorsWhenTheyMove() {
    Run run = new Run(5, 1, WorldConditions.calm(), COORDINATORS);
    run.run(5 * SECOND);
    CoordinatorSet next = run.scene.bootSet("n", 3);
    Host[] mover = new Host[1];
    run.scene.addClient(
        "mover",
        host -> {
          mover[0] = host;
          return new QuietRole();
        });
    run.run(SECOND);
    CoordinatorQuorum from =
        new CoordinatorQuorum(mover[0], run.scene.set, QuorumOptions.defaults());
    CoordinatorQuorum to = new CoordinatorQuorum(mover[0], next, QuorumOptions.defaults());
    Uid attempt = new Uid(1, 1);
    Consumer<RegisterGeneration> forward =
        here -> from.forward(here, next, moved -> assertThat(moved).isTrue());
    to.found(
        attempt,
        locked(
            there ->
                to.write(
                    there, Bytes.utf8("state"), written -> from.lock(attempt, locked(forward)))));
    // One by the old set may lead a little longer.
    run.scene.run(ElectionOptions.defaults().leaseNanos());
    run.run(ELECTED_NANOS);
    assertThat(run.leaders()).hasSize(1);
    assertThat(run.violation).isNull();
    run.members.values().forEach(member -> assertThat(member.told).contains("moved"));
    run.scene.kill("k1:1", true);
    run.run(10 * SECOND);
    assertThat(run.leaders()).hasSize(1);
    run.members
        .values()
        .forEach(
            member ->
                assertThat(member.follower.leader().address().process())
                    .isEqualTo(run.leaders().get(0)));
  }
}
