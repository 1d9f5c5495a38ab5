package io.ashlar.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.GetLeader;
import io.ashlar.message.Nominee;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whom followers ask, and how often. */
class FollowersTest {
  private static final long SECOND = 1_000_000_000;
  private static final long ENDPOINT = 7;
  private static final FollowOptions OPTIONS = FollowOptions.defaults();

  /** Questions within a time: each at the earliest when half of the longest pause has passed. */
  private static int mostWithin(long nanos) {
    int whilePausesGrow = 12;
    return (int) (2 * nanos / OPTIONS.retryNanos()) + whilePausesGrow;
  }

  /** Does what a test has it do. */
  private abstract static class Quiet implements Role {
    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  /** Nominates whom a test says. */
  private static final class FakeCoordinator extends Quiet {
    private final Host host;
    private final List<Inbound> waiting = new ArrayList<>();
    private Candidate nominee = Candidate.NONE;
    private boolean full;
    private int asked;

    FakeCoordinator(Host host) {
      this.host = host;
    }

    @Override
    public void onMessage(Inbound inbound) {
      asked++;
      Uid known = ((GetLeader) inbound.message()).knownChangeId();
      if (full || !known.equals(nominee.changeId())) {
        answer(inbound);
      } else {
        waiting.add(inbound);
      }
    }

    private void answer(Inbound inbound) {
      host.network().reply(inbound, new Nominee(nominee, CoordinatorSet.NONE));
    }

    void nominate(Candidate next) {
      nominee = next;
      waiting.forEach(this::answer);
      waiting.clear();
    }
  }

  /** Hears questions and answers none. */
  private static final class Silent extends Quiet {
    private int asked;

    @Override
    public void onMessage(Inbound inbound) {
      asked++;
    }
  }

  private final SimWorld world = new SimWorld(1, WorldConditions.calm());
  private final List<String> told = new ArrayList<>();
  private Host host;

  private <R extends Role> R boot(String name, Function<Host, R> maker) {
    List<R> made = new ArrayList<>();
    world.boot(
        world.machine("machine of " + name),
        name,
        process -> {
          R role = maker.apply(process.host("fake", ENDPOINT, ""));
          process.start(ENDPOINT, role);
          made.add(role);
        });
    world.runFor(1);
    return made.get(0);
  }

  private void bootFollower() {
    boot(
        "follower",
        own -> {
          host = own;
          return new Quiet() {};
        });
  }

  private static Address at(String name) {
    return new Address(name, ENDPOINT);
  }

  private static CoordinatorSet set(int coordinators) {
    List<Address> addresses = new ArrayList<>();
    for (int i = 1; i <= coordinators; i++) {
      addresses.add(at("k" + i + ":1"));
    }
    return new CoordinatorSet(new Uid(1, 1), addresses);
  }

  private static Candidate candidate(long id, String name) {
    return new Candidate(new Uid(0, id), at(name), 0);
  }

  private LeaderFollower leaderFollower() {
    return new LeaderFollower(
        host,
        OPTIONS,
        new LeaderFollower.Listener() {
          @Override
          public void onUnknown(Failure failure) {
            throw new AssertionError(failure);
          }

          @Override
          public void onLeader(Candidate leader) {
            told.add(leader.address().process());
          }

          @Override
          public void onMoved(CoordinatorSet next) {
            told.add("moved");
          }
        });
  }

  private ViewFollower viewFollower() {
    return new ViewFollower(
        host,
        OPTIONS,
        new ViewFollower.Listener() {
          @Override
          public boolean accept(ClusterView view) {
            return true;
          }

          @Override
          public void onAccepted(ClusterView before, ClusterView now) {}

          @Override
          public void onLeader(Candidate leader) {
            told.add(leader.address().process());
          }

          @Override
          public void onNoView(Failure failure) {}

          @Override
          public void onMoved(CoordinatorSet next) {}
        });
  }

  /** The loop of questions that was begun first came back to life with its leader. */
  @Test
  void aLeaderThatComesBackIsAskedByOneLoop() {
    FakeCoordinator coordinator = boot("k1:1", FakeCoordinator::new);
    Silent first = boot("a:1", own -> new Silent());
    Silent second = boot("b:1", own -> new Silent());
    bootFollower();
    viewFollower().follow(set(1));
    for (int i = 0; i < 5; i++) {
      coordinator.nominate(candidate(1, "a:1"));
      world.runFor(SECOND / 10);
      coordinator.nominate(candidate(2, "b:1"));
      world.runFor(SECOND / 10);
    }
    coordinator.nominate(candidate(1, "a:1"));
    world.runFor(SECOND / 10);
    assertThat(told).hasSize(11).endsWith("a:1");
    int before = first.asked;
    int others = second.asked;
    world.runFor(10 * OPTIONS.pollNanos());
    assertThat(first.asked - before).isBetween(9, 11);
    assertThat(second.asked).isEqualTo(others);
  }

  @Test
  void aCoordinatorWithoutRoomForOneMoreWhoWaitsIsNotAskedAllTheTime() {
    FakeCoordinator coordinator = boot("k1:1", FakeCoordinator::new);
    coordinator.full = true;
    coordinator.nominate(candidate(1, "a:1"));
    bootFollower();
    leaderFollower().follow(set(1));
    world.runFor(20 * SECOND);
    assertThat(told).containsExactly("a:1");
    assertThat(coordinator.asked).isBetween(40, mostWithin(20 * SECOND));
    coordinator.nominate(candidate(2, "b:1"));
    world.runFor(OPTIONS.retryNanos() + SECOND / 10);
    assertThat(told).containsExactly("a:1", "b:1");
  }

  @Test
  void whomMostNominateOfThoseThatAnswerIsFollowedAndNotElected() {
    FakeCoordinator first = boot("k1:1", FakeCoordinator::new);
    FakeCoordinator second = boot("k2:1", FakeCoordinator::new);
    bootFollower();
    LeaderFollower follower = leaderFollower();
    follower.follow(set(5));
    NomineePolls polls =
        new NomineePolls(
            host,
            set(5),
            OPTIONS,
            known -> new GetLeader(new Uid(1, 1), known),
            new NomineePolls.Listener() {
              @Override
              public void onUnknown(Failure failure) {
                throw new AssertionError(failure);
              }

              @Override
              public void onChanged() {}

              @Override
              public void onMoved(CoordinatorSet next) {}
            });
    polls.start();
    first.nominate(candidate(1, "a:1"));
    world.runFor(SECOND);
    second.nominate(candidate(2, "b:1"));
    world.runFor(SECOND);
    assertThat(told).as("one each: stays where it is").containsExactly("a:1");
    first.nominate(candidate(2, "b:1"));
    world.runFor(SECOND);
    assertThat(told).containsExactly("a:1", "b:1");
    assertThat(polls.chosen()).isEqualTo(Candidate.NONE);
    FakeCoordinator third = boot("k3:1", FakeCoordinator::new);
    third.nominate(candidate(2, "b:1"));
    world.runFor(SECOND);
    assertThat(polls.chosen()).isEqualTo(candidate(2, "b:1"));
    assertThat(told).containsExactly("a:1", "b:1");
  }

  @Test
  void aLeaderWithAnotherPriorityIsTheSameLeader() {
    FakeCoordinator first = boot("k1:1", FakeCoordinator::new);
    bootFollower();
    LeaderFollower follower = leaderFollower();
    follower.follow(set(1));
    // It answers at once.
    first.full = true;
    first.nominate(new Candidate(new Uid(0, 1), at("a:1"), 1_000));
    world.runFor(SECOND);
    first.nominate(candidate(1, "a:1"));
    world.runFor(SECOND);
    assertThat(told).containsExactly("a:1");
    assertThat(follower.leader().priority()).isZero();
  }
}
