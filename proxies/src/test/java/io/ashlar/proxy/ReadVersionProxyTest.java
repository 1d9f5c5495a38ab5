package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.READ_VERSION_PROXY;
import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.STORE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.LogSet;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.RoleStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadVersionProxyTest {
  private static final GetReadVersion STRICT = new GetReadVersion(false);
  private static final GetReadVersion RISKY = new GetReadVersion(true);

  /** A read-version proxy over log servers in the given zones. */
  private static final class Reads {
    final FakeWorld world;
    final FakeSequencer sequencer;
    final List<FakeLog> logs = new ArrayList<>();

    Reads(
        long seed, ReadVersionProxyOptions options, int replication, int quorum, String... zones) {
      world = new FakeWorld(seed);
      sequencer = new FakeSequencer(world, RT);
      List<LogMember> members = new ArrayList<>();
      List<Address> addresses = new ArrayList<>();
      for (int i = 0; i < zones.length; i++) {
        logs.add(new FakeLog(world, i, RT));
        addresses.add(logs.get(i).address);
        members.add(new LogMember(new Uid(7, i), zones[i]));
      }
      LogGeneration generation = new LogGeneration(3, 0, 100, RT, members, replication, quorum);
      RecruitReadVersionProxy recruit =
          new RecruitReadVersionProxy(
              Uid.NONE,
              3,
              new Uid(8, 0),
              FakeSequencer.ADDRESS,
              new LogSet(generation, addresses),
              STORE_TIME);
      world.start(
          READ_VERSION_PROXY,
          new ReadVersionProxy(world.host(READ_VERSION_PROXY), recruit, options));
    }

    Reads(long seed, int replication, int quorum, String... zones) {
      this(seed, ReadVersionProxyOptions.defaults(), replication, quorum, zones);
    }

    FakeCluster.Outcome ask(GetReadVersion request) {
      FakeCluster.Outcome outcome = new FakeCluster.Outcome(world);
      world
          .network(FakeCluster.CLIENT)
          .request(
              READ_VERSION_PROXY,
              request,
              io.ashlar.message.Message.class,
              3_600_000_000_000L,
              outcome);
      return outcome;
    }

    int confirmations() {
      return logs.stream().mapToInt(log -> log.confirmations).sum();
    }
  }

  private static long version(FakeCluster.Outcome outcome) {
    assertThat(outcome.failure).isNull();
    return ((ReadVersion) outcome.reply).version();
  }

  @Test
  void givesTheLiveVersionAndItsStoreTime() {
    Reads reads = new Reads(1, 1, 0, "z");
    reads.sequencer.live = RT + 7_000_000;
    FakeCluster.Outcome outcome = reads.ask(STRICT);
    reads.world.runMillis(10);
    assertThat(outcome.reply)
        .isEqualTo(new ReadVersion(RT + 7_000_000, STORE_TIME.startMillis() + 7_000));
  }

  @Test
  void isAtLeastWhatWasAcknowledgedBeforeItWasAskedFor() {
    Reads reads = new Reads(2, 2, 0, "a", "b", "c");
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    List<Long> floors = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      reads.sequencer.live += reads.world.random.nextInt(1_000);
      floors.add(reads.sequencer.live);
      outcomes.add(reads.ask(STRICT));
      reads.world.run(reads.world.random.nextLong(200_000));
      if (i % 50 == 20) {
        reads.world.cut("reads", "log" + i / 50 % 3);
        reads.world.cut("reads", "sequencer");
      }
    }
    reads.world.runMillis(3_000);
    for (int i = 0; i < outcomes.size(); i++) {
      assertThat(version(outcomes.get(i))).isGreaterThanOrEqualTo(floors.get(i));
    }
  }

  @Test
  void requestsThatComeWhileRoundsAreUnderWayShareTheNext() {
    Reads reads = new Reads(3, 1, 0, "z");
    reads.world.delayMaxNanos = 1;
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      outcomes.add(reads.ask(STRICT));
    }
    reads.world.runMillis(10);
    outcomes.forEach(ReadVersionProxyTest::version);
    assertThat(reads.sequencer.liveVersionRequests).isLessThan(50);
    assertThat(reads.confirmations()).isEqualTo(reads.sequencer.liveVersionRequests);
  }

  @Test
  void enoughZonesMustConfirm() {
    Reads reads = new Reads(4, 3, 0, "a", "b", "c", "c", "d");
    reads.logs.get(0).silent = true;
    reads.logs.get(1).silent = true;
    FakeCluster.Outcome outcome = reads.ask(STRICT);
    reads.world.runMillis(200);
    // c twice and d are two zones, not three.
    assertThat(outcome.isOpen()).isTrue();
    reads.logs.get(1).silent = false;
    reads.world.runMillis(3_000);
    version(outcome);
  }

  @Test
  void theAntiQuorumLowersWhatIsNeeded() {
    Reads reads = new Reads(5, 3, 1, "a", "b", "c");
    reads.logs.get(0).silent = true;
    FakeCluster.Outcome outcome = reads.ask(STRICT);
    reads.world.runMillis(20);
    version(outcome);
  }

  @Test
  void noReadVersionWithoutTheSequencer() {
    Reads reads = new Reads(6, 1, 0, "z");
    reads.sequencer.silent = true;
    FakeCluster.Outcome outcome = reads.ask(STRICT);
    reads.world.runMillis(2_000);
    assertThat(outcome.isOpen()).isTrue();
    reads.sequencer.silent = false;
    reads.world.runMillis(2_000);
    version(outcome);
  }

  @Test
  void aLogServerOfAnEndedEpochEndsTheService() {
    Reads reads = new Reads(7, 1, 0, "a", "b", "c");
    reads.logs.get(0).silent = true;
    reads.logs.get(1).silent = true;
    reads.logs.get(2).stopped = true;
    FakeCluster.Outcome first = reads.ask(STRICT);
    reads.world.runMillis(50);
    reads.logs.get(0).silent = false;
    reads.logs.get(1).silent = false;
    reads.logs.get(2).stopped = false;
    FakeCluster.Outcome second = reads.ask(STRICT);
    FakeCluster.Outcome third = reads.ask(RISKY);
    reads.world.runMillis(20_000);
    assertThat(first.isOpen()).isTrue();
    assertThat(second.isOpen()).isTrue();
    assertThat(third.isOpen()).isTrue();
    assertThat(reads.world.probes).contains("read-version-proxy.epoch-ended");
  }

  @Test
  void asManyStoppedLogServersAsCommitsNeedNotWaitForAreLeft() {
    Reads reads = new Reads(7, 3, 1, "a", "b", "c");
    reads.logs.get(2).stopped = true;
    for (int i = 0; i < 3; i++) {
      FakeCluster.Outcome outcome = reads.ask(STRICT);
      reads.world.runMillis(50);
      version(outcome);
    }
    assertThat(reads.world.probes).contains("read-version-proxy.goes-on-without-a-log-server");
    reads.logs.get(0).stopped = true;
    FakeCluster.Outcome last = reads.ask(STRICT);
    reads.world.runMillis(20_000);
    assertThat(last.isOpen()).isTrue();
    assertThat(reads.world.probes).contains("read-version-proxy.epoch-ended");
  }

  @Test
  void riskyRequestsReuseARecentConfirmation() {
    Reads reads = new Reads(8, 1, 0, "z");
    FakeCluster.Outcome first = reads.ask(RISKY);
    reads.world.runMillis(10);
    version(first);
    assertThat(reads.confirmations()).isEqualTo(1);
    reads.sequencer.live += 5;
    FakeCluster.Outcome second = reads.ask(RISKY);
    reads.world.runMillis(10);
    assertThat(version(second)).isEqualTo(RT + 5);
    assertThat(reads.confirmations()).isEqualTo(1);
    reads.world.runMillis(60);
    FakeCluster.Outcome third = reads.ask(RISKY);
    reads.world.runMillis(10);
    version(third);
    assertThat(reads.confirmations()).isEqualTo(2);
  }

  @Test
  void aConfirmationThatAgedWhileTheSequencerWasSlowDoesNotCount() {
    Reads reads = new Reads(9, 1, 0, "z");
    FakeCluster.Outcome first = reads.ask(RISKY);
    reads.world.runMillis(10);
    version(first);
    reads.sequencer.silent = true;
    FakeCluster.Outcome second = reads.ask(RISKY);
    reads.world.runMillis(500);
    reads.sequencer.silent = false;
    reads.world.runMillis(2_000);
    version(second);
    assertThat(reads.confirmations()).isEqualTo(2);
    assertThat(reads.world.probes).contains("read-version-proxy.risky-confirmation-aged");
  }

  @Test
  void theAgeOfAConfirmationCountsFromTheBeginningOfItsRound() {
    Reads reads = new Reads(13, 1, 0, "z");
    reads.logs.get(0).silent = true;
    FakeCluster.Outcome slow = reads.ask(STRICT);
    reads.world.runMillis(500);
    reads.logs.get(0).silent = false;
    while (slow.isOpen()) {
      reads.world.run(10_000);
    }
    reads.logs.get(0).silent = true;
    FakeCluster.Outcome risky = reads.ask(RISKY);
    reads.world.runMillis(30);
    assertThat(risky.isOpen()).isTrue();
  }

  @Test
  void asksSequencerAndLogServersInParallel() {
    Reads reads = new Reads(14, 1, 0, "z");
    FakeCluster.Outcome first = reads.ask(STRICT);
    reads.world.runMillis(5);
    version(first);
    reads.sequencer.silent = true;
    reads.ask(STRICT);
    reads.world.runMillis(5);
    assertThat(reads.confirmations()).isEqualTo(2);
  }

  @Test
  void strictRequestsNeverReuseAConfirmation() {
    Reads reads = new Reads(10, 1, 0, "z");
    FakeCluster.Outcome first = reads.ask(STRICT);
    reads.world.runMillis(5);
    version(first);
    reads.logs.get(0).silent = true;
    FakeCluster.Outcome risky = reads.ask(RISKY);
    FakeCluster.Outcome strict = reads.ask(STRICT);
    reads.world.runMillis(30);
    version(risky);
    assertThat(strict.isOpen()).isTrue();
  }

  @Test
  void refusesWhenTheQueueIsFull() {
    ReadVersionProxyOptions options =
        new ReadVersionProxyOptions(5, 2, 50_000_000L, 1_000_000_000L, 10_000_000L, 200_000_000L);
    Reads reads = new Reads(11, options, 1, 0, "z");
    reads.sequencer.silent = true;
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      outcomes.add(reads.ask(STRICT));
    }
    reads.world.runMillis(10);
    reads.sequencer.silent = false;
    reads.world.runMillis(3_000);
    int refused = 0;
    for (FakeCluster.Outcome outcome : outcomes) {
      if (outcome.failure == null) {
        version(outcome);
      } else {
        refused++;
        assertThat(outcome.failure.code())
            .isEqualTo(ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED);
      }
    }
    assertThat(refused).isEqualTo(3);
    FakeCluster.Outcome after = reads.ask(STRICT);
    reads.world.runMillis(10);
    version(after);
  }

  @Test
  void answersPingAndStatus() {
    Reads reads = new Reads(12, 1, 0, "z");
    FakeCluster.Outcome ping = new FakeCluster.Outcome(reads.world);
    FakeCluster.Outcome status = new FakeCluster.Outcome(reads.world);
    FakeCluster.Outcome other = new FakeCluster.Outcome(reads.world);
    io.ashlar.host.Network client = reads.world.network(FakeCluster.CLIENT);
    Class<io.ashlar.message.Message> any = io.ashlar.message.Message.class;
    client.request(READ_VERSION_PROXY, new Ping(), any, 1_000_000_000L, ping);
    client.request(READ_VERSION_PROXY, new GetRoleStatus(), any, 1_000_000_000L, status);
    client.request(
        READ_VERSION_PROXY, new io.ashlar.message.GetLiveVersion(), any, 1_000_000_000L, other);
    reads.world.runMillis(10);
    assertThat(ping.reply).isEqualTo(new Pong());
    assertThat(((RoleStatus) status.reply).role()).isEqualTo("read-version-proxy");
    assertThat(other.failure.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
  }
}
