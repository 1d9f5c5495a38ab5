package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads of shards that several storage servers have. */
class ReplicasTest {
  private final FakeWorld world = new FakeWorld(21);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  ReplicasTest() {
    cluster.assign("", 1, 2, 3);
    for (int i = 0; i < 100; i++) {
      cluster.put("k" + i, "v" + i);
    }
  }

  private void readOneByOne(int count) {
    for (int i = 0; i < count; i++) {
      Transaction tr = database.createTransaction();
      assertThat(s(world.await(tr.get(b("k" + i % 100))))).isEqualTo("v" + i % 100);
      tr.close();
    }
  }

  private int requests(int tag) {
    return cluster.requestsByTag.getOrDefault(tag, 0);
  }

  @Test
  void readsAreSpreadOverAllReplicas() {
    readOneByOne(300);
    for (int tag = 1; tag <= 3; tag++) {
      assertThat(requests(tag)).isGreaterThan(50);
    }
  }

  @Test
  void aSlowerReplicaGetsFewerReads() {
    cluster.answerNanos.put(2, 8 * FakeWorld.MILLI);
    readOneByOne(300);
    assertThat(requests(2)).isLessThan(requests(1) / 4);
  }

  @Test
  void aSilentReplicaHoldsUpNoReadForLong() {
    cluster.answerNanos.put(1, FakeCluster.NEVER);
    cluster.answerNanos.put(3, FakeCluster.NEVER);
    long begun = world.nowNanos();
    readOneByOne(1);
    // A try with each, and no timeout.
    assertThat(world.nowNanos() - begun).isLessThan(100 * FakeWorld.MILLI);
    readOneByOne(100);
    assertThat(world.probes).containsKey("client.read-hedged");
    assertThat(requests(2)).isGreaterThan(90);
  }

  @Test
  void rangesAndSelectorsGoOnWithAnotherReplicaToo() {
    cluster.assign("k5", 2, 3);
    cluster.answerNanos.put(2, FakeCluster.NEVER);
    Transaction tr = database.createTransaction();
    long begun = world.nowNanos();
    List<KeyValue> rows = world.await(tr.getRange(b("k"), b("l")).asList());
    assertThat(rows).hasSize(100);
    assertThat(s(world.await(tr.getKey(KeySelector.firstGreaterThan(b("k98")))))).isEqualTo("k99");
    assertThat(world.nowNanos() - begun).isLessThan(300 * FakeWorld.MILLI);
  }

  @Test
  void aReplicaThatIsBehindIsPassedOver() {
    cluster.refusalsByTag.put(1, ErrorCode.FUTURE_VERSION);
    cluster.refusalsByTag.put(2, ErrorCode.FILE_CORRUPT);
    readOneByOne(50);
    assertThat(world.probes).containsKey("client.read-fails-over");
  }

  @Test
  void whatAllReplicasSayIsTheAnswer() {
    for (int tag = 1; tag <= 3; tag++) {
      cluster.refusalsByTag.put(tag, ErrorCode.FUTURE_VERSION);
    }
    Transaction tr = database.createTransaction();
    assertThat(world.awaitError(tr.get(b("k1")))).isEqualTo(ErrorCode.FUTURE_VERSION);
    assertThat(cluster.requestsByTag.values()).containsExactly(1, 1, 1);
  }

  @Test
  void aRefusalOfTheVersionIsNotAskedOfOthers() {
    for (int tag = 1; tag <= 3; tag++) {
      cluster.refusalsByTag.put(tag, ErrorCode.TRANSACTION_TOO_OLD);
    }
    Transaction tr = database.createTransaction();
    assertThat(world.awaitError(tr.get(b("k1")))).isEqualTo(ErrorCode.TRANSACTION_TOO_OLD);
    assertThat(cluster.requestsByTag.values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(1);
  }

  @Test
  void replicasThatAreAllSlowAreNotAskedTwiceForEachRead() {
    readOneByOne(200);
    int before = cluster.requestsByTag.values().stream().mapToInt(Integer::intValue).sum();
    for (int tag = 1; tag <= 3; tag++) {
      cluster.answerNanos.put(tag, 900 * FakeWorld.MILLI);
    }
    List<CompletableFuture<byte[]>> reads = new ArrayList<>();
    List<Transaction> transactions = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      Transaction tr = database.createTransaction();
      transactions.add(tr);
      reads.add(tr.get(b("k" + i % 100)));
      world.runFor(5 * FakeWorld.MILLI);
    }
    reads.forEach(world::await);
    transactions.forEach(Transaction::close);
    int after = cluster.requestsByTag.values().stream().mapToInt(Integer::intValue).sum();
    // Sixteen are saved at most, and eight requests of either kind pay for one more.
    assertThat(after - before).isBetween(400, 400 + (400 / 8 + 16) * 8 / 7);
    assertThat(world.probes).containsKey("client.hedges-used-up");
  }

  /** More reads are stuck at once than may be sent a second time: others' answers pay for them. */
  @Test
  void noReadWaitsForItsTimeoutThoughManyAreStuckAtOnce() {
    cluster.assign("", 1, 2);
    readOneByOne(200);
    cluster.answerNanos.put(1, FakeCluster.NEVER);
    List<CompletableFuture<byte[]>> reads = new ArrayList<>();
    List<Transaction> transactions = new ArrayList<>();
    long begun = world.nowNanos();
    for (int i = 0; i < 100; i++) {
      Transaction tr = database.createTransaction();
      transactions.add(tr);
      reads.add(tr.get(b("k" + i)));
      world.runFor(FakeWorld.MILLI / 10);
    }
    while (!reads.stream().allMatch(CompletableFuture::isDone)) {
      readOneByOne(10);
      assertThat(world.nowNanos() - begun).isLessThan(2_000 * FakeWorld.MILLI);
    }
    transactions.forEach(Transaction::close);
  }

  @Test
  void aReplicaThatWasSlowOnceIsAskedAgain() {
    cluster.assign("", 1, 2);
    cluster.answerNanos.put(2, 200 * FakeWorld.MILLI);
    readOneByOne(100);
    cluster.answerNanos.remove(2);
    world.runFor(10_000 * FakeWorld.MILLI);
    int before = requests(2);
    // One by one they go to the one that seems faster, until half of that is forgotten.
    readOneByOne(1_000);
    assertThat(requests(2) - before).isGreaterThan(100);
  }

  @Test
  void aTeamThatTheViewDoesNotHaveIsLookedForAgainThoughAnotherReplicaIsWanted() {
    world.forced = "client.ask-another-replica"::equals;
    cluster.assign("", 8, 9);
    Transaction tr = database.createTransaction();
    CompletableFuture<byte[]> read = tr.get(b("k1"));
    world.runFor(1_000 * FakeWorld.MILLI);
    assertThat(world.probes).containsKey("client.no-storage-server-known");
    cluster.assign("", 2, 3);
    assertThat(s(world.await(read))).isEqualTo("v1");
  }

  @Test
  void aWatchMovesToAnotherReplicaWhenItsServerIsGone() {
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b("k1"));
    for (int tag = 1; tag <= 2; tag++) {
      cluster.refusalsByTag.put(tag, ErrorCode.BROKEN_PROMISE);
    }
    world.await(tr.commit());
    world.runFor(2_000 * FakeWorld.MILLI);
    cluster.put("k1", "other");
    world.await(watch);
  }
}
