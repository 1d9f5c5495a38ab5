package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.WINDOW;
import static io.ashlar.proxy.FakeCluster.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.message.PushLog;
import org.junit.jupiter.api.Test;

/**
 * How far versions run ahead of what is known to be committed, and how that becomes known when
 * nobody commits.
 */
final class CommitProxyWindowTest {
  @Test
  void staysInsideTheSemiCommitWindow() {
    FakeCluster cluster = new FakeCluster(19, FakeCluster.Shape.small());
    cluster.world.runMillis(20);
    cluster.sequencer.step = before -> WINDOW;
    cluster.logs.get(0).stalled = true;
    FakeCluster.Outcome first = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    FakeCluster.Outcome second = cluster.commit(set("b", "2"));
    cluster.world.runMillis(400);
    assertThat(first.isOpen()).isTrue();
    assertThat(cluster.logs.get(0).tag(1)).hasSize(1);
    assertThat(cluster.world.probes).contains("commit-proxy.outside-semi-commit-window");
    cluster.logs.get(0).stalled = false;
    cluster.logs.get(0).sync();
    cluster.world.runMillis(100);
    first.committed();
    second.committed();
  }

  @Test
  void aProxyWithOldKnowledgeAsksTheSequencerWhatIsCommitted() {
    FakeCluster cluster = new FakeCluster(20, FakeCluster.Shape.small().commitProxies(2));
    cluster.world.runMillis(20);
    cluster.sequencer.step = before -> WINDOW - 1_000;
    for (int i = 0; i < 4; i++) {
      cluster.commitAndRun(0, set("k" + i, "1")).committed();
    }
    int askedBefore = cluster.sequencer.liveVersionRequests;
    cluster.commitAndRun(1, set("other", "1")).committed();
    assertThat(cluster.sequencer.liveVersionRequests).isGreaterThan(askedBefore);
  }

  @Test
  void pushesEmptyBatchesAfterTheLastCommitAndThenOneASecond() {
    FakeCluster cluster = new FakeCluster(21, FakeCluster.Shape.small());
    cluster.world.runMillis(8_000);
    FakeLog log = cluster.logs.get(0);
    // One soon after the start, then one a second.
    assertThat(log.chain.size()).isBetween(7, 10);
    assertThat(log.chain.lastEntry().getValue().knownCommittedVersion())
        .isBetween(RT + WINDOW, RT + WINDOW + 3_000_000);
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    long version = outcome.committed().version();
    PushLog last = log.chain.lastEntry().getValue();
    assertThat(last.payload().isEmpty()).isTrue();
    assertThat(last.knownCommittedVersion()).isEqualTo(version);
    int before = log.chain.size();
    cluster.world.runMillis(100_000);
    assertThat(log.chain.size() - before).isBetween(90, 105);
    assertThat(log.chain.lastEntry().getValue().knownCommittedVersion())
        .isBetween(version + 97_000_000, version + 101_000_000);
  }

  @Test
  void goesOnWithEmptyBatchesThoughOneWasStuckForLongerThanTheWindow() {
    FakeCluster cluster = new FakeCluster(30, FakeCluster.Shape.small());
    cluster.world.runMillis(60_000);
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    long version = outcome.committed().version();
    FakeLog log = cluster.logs.get(0);
    log.silent = true;
    cluster.world.runMillis(20_000);
    log.silent = false;
    cluster.world.runMillis(60_000);
    PushLog last = log.chain.lastEntry().getValue();
    assertThat(last.knownCommittedVersion()).isGreaterThanOrEqualTo(version + WINDOW);
  }
}
