package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import io.ashlar.message.Ping;
import io.ashlar.message.ResolveBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More comes than can be committed: what cannot wait is refused, and the rest is served on. */
final class CommitProxyOverloadTest {
  @Test
  void refusesWhenTheQueueIsFullAndServesOn() {
    CommitProxyOptions options = smallBatches(10, 4, 2);
    FakeCluster cluster = new FakeCluster(22, FakeCluster.Shape.small().options(options));
    cluster.logs.get(0).stalled = true;
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outcomes.add(cluster.commit(set("k" + i, "v")));
    }
    cluster.world.runMillis(20);
    long refused = outcomes.stream().filter(outcome -> !outcome.isOpen()).count();
    assertThat(refused).isGreaterThanOrEqualTo(50 - 10 - 2 * 4);
    for (FakeCluster.Outcome outcome : outcomes) {
      if (!outcome.isOpen()) {
        outcome.assertRefused(ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED);
      }
    }
    cluster.logs.get(0).stalled = false;
    cluster.logs.get(0).sync();
    cluster.world.runMillis(2_000);
    assertThat(outcomes).noneMatch(FakeCluster.Outcome::isOpen);
  }

  @Test
  void aBatchThatWaitedLongerThanTheWindowIsTooOld() {
    FakeCluster cluster = new FakeCluster(23, FakeCluster.Shape.small());
    cluster.world.runMillis(20);
    cluster.sequencer.silent = true;
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(5_500);
    cluster.sequencer.silent = false;
    cluster.world.runMillis(2_000);
    outcome.assertRefused(ErrorCode.TRANSACTION_TOO_OLD);
    assertThat(cluster.logs.get(0).tag(1)).isEmpty();
    for (ResolveBatch batch : cluster.resolvers.get(0).received) {
      assertThat(batch.transactions()).isEmpty();
    }
    cluster.commitAndRun(0, set("b", "1")).committed();
  }

  @Test
  void whatWaitsTooLongForABatchIsRefusedAndGetsNoVersion() {
    FakeCluster cluster = new FakeCluster(26, FakeCluster.Shape.small().options(oneAtATime()));
    cluster.world.runMillis(20);
    cluster.logs.get(0).stalled = true;
    FakeCluster.Outcome inFlight = cluster.commit(set("a", "1"));
    cluster.world.runMillis(10);
    List<FakeCluster.Outcome> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiting.add(cluster.commit(set("b" + i, "1")));
    }
    cluster.world.runMillis(900);
    FakeCluster.Outcome later = cluster.commit(set("c", "1"));
    cluster.world.runMillis(50);
    assertThat(waiting).allMatch(FakeCluster.Outcome::isOpen);
    cluster.world.runMillis(100);
    cluster.askAndRun(new Ping());
    for (FakeCluster.Outcome outcome : waiting) {
      outcome.assertRefused(ErrorCode.TRANSACTION_TOO_OLD);
    }
    assertThat(inFlight.isOpen()).isTrue();
    assertThat(later.isOpen()).isTrue();

    cluster.logs.get(0).stalled = false;
    cluster.logs.get(0).sync();
    cluster.world.runMillis(100);
    inFlight.committed();
    later.committed();
    assertThat(cluster.logs.get(0).tag(1)).hasSize(2);
    assertThat(cluster.resolvers.get(0).received.stream().filter(b -> !b.transactions().isEmpty()))
        .extracting(ResolveBatch::version)
        .containsExactly(inFlight.committed().version(), later.committed().version());
  }

  @Test
  void underALastingOverloadWhatIsCommittedIsCommittedSoon() {
    FakeCluster cluster = new FakeCluster(27, FakeCluster.Shape.small().options(oneAtATime()));
    // Some ten in a second get through, and twenty come.
    cluster.logs.get(0).syncMaxNanos = 200_000_000;
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    List<Long> sentAt = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      sentAt.add(cluster.world.nowNanos());
      outcomes.add(cluster.commit(set("k" + i, "1")));
      cluster.world.runMillis(50);
    }
    cluster.world.runMillis(10_000);
    int committedSoon = 0;
    for (int i = 300; i < 600; i++) {
      FakeCluster.Outcome outcome = outcomes.get(i);
      if (outcome.reply != null && outcome.atNanos - sentAt.get(i) < 1_500_000_000L) {
        committedSoon++;
      }
    }
    assertThat(committedSoon).isGreaterThan(100);
    assertThat(outcomes).noneMatch(FakeCluster.Outcome::isOpen);
  }

  /** A batch takes one transaction, and one batch is in flight. */
  private static CommitProxyOptions oneAtATime() {
    return smallBatches(CommitProxyOptions.defaults().queueCountMax(), 1, 1);
  }

  /** Batches close at once, and few are in flight, so that others wait. */
  private static CommitProxyOptions smallBatches(
      int queueCountMax, int batchCountMax, int batchesInFlightMax) {
    CommitProxyOptions defaults = CommitProxyOptions.defaults();
    return new CommitProxyOptions(
        queueCountMax,
        defaults.queueBytesMax(),
        batchCountMax,
        defaults.batchBytesMax(),
        batchesInFlightMax,
        1,
        0,
        defaults.retainedBytesMax(),
        defaults.laneBytesMax(),
        defaults.idlePushDelayNanos(),
        defaults.idlePushIntervalNanos(),
        defaults.renewalIntervalNanos(),
        defaults.renewalBytes(),
        defaults.idLifetimeVersions(),
        defaults.locationsMax(),
        defaults.requestTimeoutNanos(),
        defaults.retryDelayMinNanos(),
        defaults.retryDelayMaxNanos());
  }
}
