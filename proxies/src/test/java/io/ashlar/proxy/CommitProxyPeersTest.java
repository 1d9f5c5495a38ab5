package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.LogBacklog;
import io.ashlar.message.PeerRoundTrip;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.PushLog;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log servers and resolvers that are slow, cut off, silent, stopped, or have lost their files. */
final class CommitProxyPeersTest {
  @Test
  void keepsPushesForALogServerThatNeedNotAcknowledge() {
    FakeCluster cluster = new FakeCluster(15, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.logs.get(2).silent = true;
    for (int i = 0; i < 20; i++) {
      cluster.commitAndRun(0, set("k" + i, "v")).committed();
    }
    assertThat(cluster.logs.get(2).chain).isEmpty();
    cluster.logs.get(2).silent = false;
    cluster.world.cut("proxy0", "log2");
    cluster.world.runMillis(3_000);
    assertThat(cluster.logs.get(2).chain.keySet()).isEqualTo(cluster.logs.get(0).chain.keySet());
    assertThat(cluster.world.probes).contains("commit-proxy.push-resent");
  }

  @Test
  void waitsForAsManyLogServersAsTheAntiQuorumDemands() {
    FakeCluster cluster = new FakeCluster(16, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.logs.get(1).stalled = true;
    cluster.logs.get(2).stalled = true;
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(500);
    assertThat(outcome.isOpen()).isTrue();
    cluster.logs.get(1).stalled = false;
    cluster.logs.get(1).sync();
    cluster.world.runMillis(50);
    outcome.committed();
  }

  @Test
  void sendsAgainInChainOrderAfterACut() {
    FakeCluster cluster = new FakeCluster(17, FakeCluster.Shape.small().logs(2, 2, 0));
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      outcomes.add(cluster.commit(set("k" + i, "v")));
      cluster.world.run(200_000);
      if (i % 7 == 3) {
        cluster.world.cut("proxy0", "log" + i % 2);
      }
      if (i % 11 == 5) {
        cluster.world.cut("proxy0", "resolver0");
        cluster.world.cut("proxy0", "sequencer");
      }
    }
    cluster.world.runMillis(3_000);
    outcomes.forEach(FakeCluster.Outcome::committed);
    for (FakeLog log : cluster.logs) {
      long previous = RT;
      for (PushLog push : log.chain.values()) {
        assertThat(push.previousVersion()).isEqualTo(previous);
        previous = push.version();
      }
    }
  }

  @Test
  void neverClaimsMoreCommittedThanEnoughLogServersHave() {
    FakeCluster cluster = new FakeCluster(18, FakeCluster.Shape.small().logs(3, 2, 0));
    for (int i = 0; i < 200; i++) {
      cluster.commit(set("k" + i, "v"));
      cluster.world.run(100_000);
      long durable = Long.MAX_VALUE;
      for (FakeLog log : cluster.logs) {
        durable = Math.min(durable, log.durable);
      }
      for (FakeLog log : cluster.logs) {
        if (!log.received.isEmpty()) {
          PushLog last = log.received.get(log.received.size() - 1);
          assertThat(last.knownCommittedVersion()).isLessThanOrEqualTo(durable);
        }
      }
    }
  }

  @Test
  void aRefusalThatWouldComeAgainEndsTheServiceSoThatTheEpochEnds() {
    FakeCluster cluster = new FakeCluster(31, FakeCluster.Shape.small());
    cluster.world.runMillis(20);
    FakeResolver resolver = cluster.resolvers.get(0);
    int before = resolver.received.size();
    resolver.refusal = new Refused(ErrorCode.MALFORMED_REQUEST, "no such thing");
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    assertThat(cluster.askAndRun(new Ping()).isOpen()).isTrue();
    cluster.world.runMillis(10_000);
    assertThat(outcome.isOpen()).isTrue();
    assertThat(resolver.received).hasSize(before + 1);
  }

  /**
   * A log server that finds its files corrupt, or had lost them when it started again, refuses
   * every push from then on. The proxy sent them again for ever, and answered that it lived.
   */
  @Test
  void aLogServerThatHasLostItsFilesEndsTheServiceSoThatTheEpochEnds() {
    for (ErrorCode code : List.of(ErrorCode.FILE_CORRUPT, ErrorCode.RECRUITMENT_FAILED)) {
      FakeCluster cluster = new FakeCluster(32, FakeCluster.Shape.small());
      cluster.world.runMillis(20);
      FakeLog log = cluster.logs.get(0);
      FakeCluster.Outcome before = cluster.commit(set("a", "1"));
      cluster.world.runMillis(20);
      before.committed();
      log.refusal = new Refused(code, "segment-0000000000000001 at offset 4096");
      FakeCluster.Outcome outcome = cluster.commit(set("a", "2"));
      cluster.world.runMillis(1_000);
      int sent = log.received.size();
      assertThat(cluster.askAndRun(new Ping()).isOpen()).isTrue();
      cluster.world.runMillis(60_000);
      assertThat(outcome.isOpen()).isTrue();
      assertThat(log.received).hasSize(sent);
    }
  }

  @Test
  void asManyStoppedLogServersAsCommitsNeedNotWaitForAreLeft() {
    FakeCluster cluster = new FakeCluster(24, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.commitAndRun(0, set("a", "1")).committed();
    cluster.logs.get(1).stopped = true;
    cluster.commitAndRun(0, set("b", "1")).committed();
    cluster.world.runMillis(100);
    assertThat(cluster.world.probes).contains("commit-proxy.goes-on-without-a-log-server");
    int pushed = cluster.logs.get(1).received.size();
    cluster.commitAndRun(0, set("c", "1")).committed();
    cluster.world.runMillis(5_000);
    assertThat(cluster.logs.get(1).received).hasSize(pushed);
    FakeCluster.Outcome status = cluster.ask(FakeCluster.commitProxy(0), new GetRoleStatus());
    cluster.world.runMillis(10);
    assertThat(((RoleStatus) status.reply).fields())
        .contains(new StatusField("retained-bytes", "0"), new StatusField("state", "serving"));
  }

  @Test
  void nothingIsKeptForALogServerThatTheControllerHasGivenUp() {
    FakeCluster cluster = new FakeCluster(24, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.commitAndRun(0, set("a", "1")).committed();
    cluster.logs.get(1).silent = true;
    cluster.commitAndRun(0, set("b", "1")).committed();
    cluster.commitAndRun(0, set("c", "1")).committed();
    List<LogBacklog> backlogs = ((Pong) cluster.ping(0)).backlogs();
    assertThat(backlogs.get(1).bytes()).isPositive();
    assertThat(backlogs.get(1).ageNanos()).isPositive();
    FakeCluster.Outcome wrong = cluster.ask(FakeCluster.commitProxy(0), new Ping(List.of(3)));
    FakeCluster.Outcome right = cluster.ask(FakeCluster.commitProxy(0), new Ping(List.of(1)));
    cluster.world.runMillis(10);
    wrong.assertRefused(ErrorCode.MALFORMED_REQUEST);
    assertThat(((Pong) right.reply).backlogs().get(1)).isEqualTo(new LogBacklog(0, 0, false));
    int pushed = cluster.logs.get(1).received.size();
    cluster.logs.get(1).silent = false;
    cluster.commitAndRun(0, set("d", "1")).committed();
    cluster.world.runMillis(5_000);
    assertThat(cluster.logs.get(1).received).hasSize(pushed);
    // With one more that stops there are too few.
    cluster.logs.get(2).stopped = true;
    cluster.commit(set("e", "1"));
    cluster.world.runMillis(100);
    assertThat(cluster.world.probes).contains("commit-proxy.epoch-ended");
  }

  @Test
  void theControllerIsToldWhoDoesNotAnswerAndHowLongOthersTake() {
    FakeCluster cluster = new FakeCluster(25, FakeCluster.Shape.small().logs(3, 3, 1));
    assertThat(((Pong) cluster.ping(0)).peers()).isEmpty();
    cluster.logs.get(1).silent = true;
    cluster.world.runMillis(PeerPings.SAMPLES * 1_000L);
    List<PeerRoundTrip> peers = ((Pong) cluster.ping(0)).peers();
    assertThat(peers).hasSize(5).extracting(PeerRoundTrip::process).contains("log0").isSorted();
    for (PeerRoundTrip peer : peers) {
      assertThat(peer.isUnreachable()).isEqualTo(peer.process().equals("log1"));
      assertThat(peer.nanos()).isLessThan(PeerPings.PERIOD_NANOS);
    }
    cluster.logs.get(1).silent = false;
    cluster.world.runMillis(PeerPings.SAMPLES * 1_000L);
    assertThat(((Pong) cluster.ping(0)).peers()).noneMatch(PeerRoundTrip::isUnreachable);
  }

  @Test
  void oneMoreStoppedLogServerEndsTheServiceWithoutAnAnswer() {
    FakeCluster cluster = new FakeCluster(24, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.commitAndRun(0, set("a", "1")).committed();
    cluster.logs.get(1).stopped = true;
    cluster.logs.get(2).stopped = true;
    FakeCluster.Outcome inFlight = cluster.commit(set("b", "1"));
    cluster.world.runMillis(100);
    assertThat(cluster.world.probes).contains("commit-proxy.epoch-ended");
    FakeCluster.Outcome late = cluster.commit(set("c", "1"));
    cluster.world.runMillis(10_000);
    assertThat(late.isOpen()).isTrue();
    int pushed = cluster.logs.get(0).received.size();
    cluster.world.runMillis(10_000);
    assertThat(cluster.logs.get(0).received).hasSize(pushed);
    // Either enough others had it before the proxy learned of the end, or it is never answered.
    if (!inFlight.isOpen()) {
      inFlight.committed();
    }
    FakeCluster.Outcome ping = cluster.ask(FakeCluster.commitProxy(0), new Ping());
    cluster.world.runMillis(10);
    assertThat(ping.reply).isInstanceOf(Pong.class);
  }
}
