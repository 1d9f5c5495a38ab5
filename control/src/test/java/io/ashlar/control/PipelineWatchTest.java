package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Clock;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.LogBacklog;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which silence ends an epoch: all roles answer but one log server. */
class PipelineWatchTest {
  private static final long MILLI = 1_000_000;

  private final ControllerOptions options = ControllerOptions.defaults();
  private final List<String> failures = new ArrayList<>();
  private final Map<Address, ReplyHandler<Pong>> asked = new TreeMap<>();
  private long nowNanos = 1_000 * MILLI;
  private Runnable timer;
  private EpochPlan plan;
  private PipelineWatch watch;
  private boolean othersAreThere = true;

  private final Network network =
      new Network() {
        @Override
        public Address self() {
          return new Address("controller:1", 1);
        }

        @Override
        public void send(Address to, Message message) {
          throw new UnsupportedOperationException("a watch only asks");
        }

        @Override
        public void reply(Inbound request, Message reply) {
          throw new UnsupportedOperationException("a watch only asks");
        }

        @Override
        @SuppressWarnings("unchecked")
        public <R extends Message> void request(
            Address to,
            Message request,
            Class<R> reply,
            long timeoutNanos,
            ReplyHandler<R> handler) {
          assertThat(asked.put(to, (ReplyHandler<Pong>) handler)).as("asked twice").isNull();
        }
      };

  @BeforeEach
  void begin() {
    begin(0);
  }

  private void begin(int antiQuorum) {
    asked.clear();
    Host host =
        new Host(
            new TestClock(),
            (delayNanos, onExpiry) -> {
              timer = onExpiry;
              return () -> timer = null;
            },
            network,
            null,
            null,
            new SeededRandom(1),
            null,
            probe -> {},
            point -> false);
    ClusterConfiguration configuration =
        new ClusterConfiguration(1, 1, 1, 3, 1, 3, antiQuorum, 5_000_000);
    List<RegisterWorker> workers = new ArrayList<>();
    for (int i = 1; i <= 7; i++) {
      workers.add(
          new RegisterWorker(
              new Uid(i, i), new Uid(9, 9), "worker:" + i, "zone-" + i, List.of(), List.of()));
    }
    plan = EpochPlan.deal(configuration, workers, Set.of(), new SeededRandom(2));
    LogGeneration generation = new LogGeneration(5, 1, 2, 100, plan.logMembers(), 3, antiQuorum);
    CoordinatedState state =
        new CoordinatedState(
            new Uid(7, 7), 5, configuration, List.of(), List.of(generation), new StoreTime(0, 0));
    watch =
        new PipelineWatch(
            host,
            options,
            plan,
            state,
            new PipelineWatch.Substitutes() {
              @Override
              public boolean areThere(String process, boolean withoutIt) {
                return !withoutIt || othersAreThere;
              }

              @Override
              public boolean areThereWithout(Set<String> processes) {
                return true;
              }
            },
            new PipelineWatch.Listener() {
              @Override
              public void onFailed(Set<String> processes, Failure.Kind kind, String reason) {
                failures.add(reason);
              }

              @Override
              public void onLost(String process) {}

              @Override
              public void onDegraded(List<PeerLinks.Link> degraded) {}
            });
    watch.start();
  }

  private Address silent() {
    return plan.logs().get(1).address();
  }

  /** At each ping all others answer, the proxy each time with so many milliseconds. */
  private void goOn(long... ageMillis) {
    for (long each : ageMillis) {
      LogBacklog none = new LogBacklog(0, 0, false);
      Pong backlogs =
          new Pong(List.of(none, new LogBacklog(each * MILLI, each, false), none), List.of());
      for (Address role : List.copyOf(asked.keySet())) {
        if (!role.equals(silent())) {
          boolean isProxy = role.equals(plan.commitProxies().get(0).address());
          asked.remove(role).onReply(isProxy ? backlogs : new Pong());
        }
      }
      nowNanos += options.pingIntervalNanos();
      if (failures.isEmpty()) {
        timer.run();
      }
    }
  }

  private void timeOut() {
    asked.remove(silent()).onFailure(Failure.timedOut());
  }

  @Test
  void aLogServerThatIsSilentForASecondIsMissed() {
    goOn(0, 0, 0, 0);
    timeOut();
    assertThat(failures).hasSize(1);
  }

  /** Pings waited behind the pushes on a network that was full, and each epoch ended by itself. */
  @Test
  void oneThatAcknowledgesWhatProxiesPushIsNotMissedThoughPingsTimeOut() {
    for (int second = 0; second < 10; second++) {
      goOn(700, 600, 800, 750);
      timeOut();
      assertThat(failures).isEmpty();
      timer.run();
      assertThat(asked).containsKey(silent());
    }
    // What waits longest is the same from now on.
    goOn(700, 950, 1_200, 1_450);
    timeOut();
    assertThat(failures).hasSize(1);
  }

  @Test
  void oneThatAcknowledgedSomethingOnlyBeforeItWasAskedIsMissed() {
    goOn(700, 600, 850, 1_100);
    timeOut();
    assertThat(failures).hasSize(1);
  }

  @Test
  void aConnectionThatBreaksCountsWhateverProxiesSay() {
    goOn(700, 600, 800, 750);
    asked.remove(silent()).onFailure(Failure.disconnected("gone"));
    assertThat(failures).hasSize(1);
  }

  /** It had been far behind as well, for which an epoch with it again was thought to be in vain. */
  @Test
  void oneThatIsGoneIsReplacedByANewOneInTheSameProcessWhenThereIsNoOther() {
    begin(1);
    othersAreThere = false;
    goOnWithout(Failure.refused(ErrorCode.BROKEN_PROMISE, "no role is at this endpoint"));
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).contains("missing for longer than the time of grace");
  }

  @Test
  void oneThatIsSilentAndBehindIsNotReplacedByItselfWhenThereIsNoOther() {
    begin(1);
    othersAreThere = false;
    goOnWithout(Failure.timedOut());
    assertThat(failures).isEmpty();
  }

  /** Until it is replaced, or for twice the time of grace. */
  private void goOnWithout(Failure failure) {
    long age = 0;
    for (long end = nowNanos + 2 * options.graceNanos(); nowNanos < end && failures.isEmpty(); ) {
      age += options.pingIntervalNanos() / MILLI;
      goOn(age);
      if (failures.isEmpty()) {
        asked.remove(silent()).onFailure(failure);
      }
    }
  }

  private final class TestClock implements Clock {
    @Override
    public long nowNanos() {
      return nowNanos;
    }

    @Override
    public long wallMillis() {
      return 0;
    }
  }
}
