package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests to proxies that have ended, whose processes live on: nothing says that they failed. */
class NextEpochTest {
  private final FakeWorld world = new FakeWorld(31);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  private void nextEpochAfter(long nanos) {
    cluster.silentProxiesEpoch = 1;
    world.schedule(nanos, () -> cluster.recover(50 * FakeWorld.MILLI));
  }

  @Test
  void readVersionsAreAskedForInTheNextEpochAtOnce() {
    cluster.put("a", "1");
    Transaction first = database.createTransaction();
    assertThat(s(world.await(first.get(b("a"))))).isEqualTo("1");
    nextEpochAfter(200 * FakeWorld.MILLI);
    long begun = world.nowNanos();
    List<CompletableFuture<byte[]>> reads = new ArrayList<>();
    // More than may be under way at a time.
    for (int i = 0; i < 20; i++) {
      Transaction tr = database.createTransaction();
      if (i % 2 == 0) {
        tr.options().setCausalReadRisky();
      }
      reads.add(tr.get(b("a")));
      world.runFor(FakeWorld.MILLI);
    }
    for (CompletableFuture<byte[]> read : reads) {
      assertThat(s(world.await(read))).isEqualTo("1");
    }
    assertThat(cluster.unansweredByProxies).isGreaterThan(8);
    assertThat(world.nowNanos() - begun).isLessThan(500 * FakeWorld.MILLI);
    assertThat(world.probes).containsKey("client.read-version-asked-in-the-next-epoch");
  }

  @Test
  void locationsAreAskedForInTheNextEpochAtOnce() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    world.await(tr.getReadVersion());
    nextEpochAfter(200 * FakeWorld.MILLI);
    long begun = world.nowNanos();
    CompletableFuture<byte[]> read = tr.get(b("a"));
    assertThat(s(world.await(read))).isEqualTo("1");
    assertThat(cluster.unansweredByProxies).isEqualTo(1);
    assertThat(world.nowNanos() - begun).isLessThan(500 * FakeWorld.MILLI);
    assertThat(world.probes).containsKey("client.locations-asked-in-the-next-epoch");
  }
}
