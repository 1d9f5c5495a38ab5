package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.blind;
import static io.ashlar.proxy.FakeCluster.key;
import static io.ashlar.proxy.FakeCluster.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Tags;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Pong;
import io.ashlar.message.PopLog;
import io.ashlar.message.Refused;
import io.ashlar.message.ShardLocation;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The metadata that each commit proxy has: changed by commits of any of them, and kept in the log.
 */
final class CommitProxyMetadataTest {
  @Test
  void metadataOfAnotherProxyRoutesLaterWritesAndIsTaggedForAll() {
    FakeCluster.Shape shape = FakeCluster.Shape.small().commitProxies(2).resolvers(key("m"));
    FakeCluster cluster = new FakeCluster(12, shape);
    FakeCluster.Outcome moved =
        cluster.commit(
            0, blind(Mutation.set(ShardMap.keyFor(key("k")), ShardMap.encodeTeam(2, 3))));
    cluster.world.runMillis(50);
    long moveVersion = moved.committed().version();
    FakeCluster.Outcome later = cluster.commit(1, set("kk", "1"));
    cluster.world.runMillis(50);
    long version = later.committed().version();
    FakeLog log = cluster.logs.get(0);
    assertThat(log.tag(Tags.METADATA).get(moveVersion)).hasSize(1);
    // The system keys belong to the last shard, which the change itself has moved.
    assertThat(log.tag(2).get(moveVersion))
        .extracting(Mutation::type)
        .containsExactly(MutationType.SET, MutationType.SHARD_JOINED);
    assertThat(log.tag(1).get(moveVersion))
        .containsExactly(new Mutation(MutationType.SHARD_REMOVED, key("k"), Keys.SYSTEM_END));
    assertThat(log.tag(1).get(version)).isNull();
    assertThat(log.tag(2).get(version)).containsExactly(Mutation.set(key("kk"), key("1")));
    assertThat(log.tag(3).get(version)).containsExactly(Mutation.set(key("kk"), key("1")));
    assertThat(cluster.world.probes).contains("commit-proxy.metadata-of-another");
  }

  @Test
  void metadataThatOneResolverRejectsIsAppliedByNobody() {
    FakeCluster.Shape shape = FakeCluster.Shape.small().commitProxies(2).resolvers(key("m"));
    FakeCluster cluster = new FakeCluster(13, shape);
    cluster.resolvers.get(1).script =
        (version, asked) ->
            asked.metadataMutations().isEmpty() ? null : io.ashlar.core.Verdict.CONFLICT;
    FakeCluster.Outcome moved =
        cluster.commit(0, blind(Mutation.set(ShardMap.keyFor(key("k")), ShardMap.encodeTeam(2))));
    cluster.world.runMillis(50);
    moved.assertRefused(ErrorCode.NOT_COMMITTED);
    for (int proxy = 0; proxy < 2; proxy++) {
      long version = cluster.commitAndRun(proxy, set("kk", "1")).committed().version();
      assertThat(cluster.logs.get(0).tag(1)).containsKey(version);
      assertThat(cluster.logs.get(0).tag(2)).isEmpty();
    }
  }

  @Test
  void atomicOperationsOnSystemKeysReachTheLogAsTheirResults() {
    FakeCluster cluster = new FakeCluster(14, FakeCluster.Shape.small().commitProxies(2));
    Bytes counter = Keys.CONF_PREFIX.concat(key("counter"));
    Mutation add = new Mutation(MutationType.ADD, counter, Bytes.of(3));
    cluster.commitAndRun(0, blind(add)).committed();
    long version = cluster.commitAndRun(1, blind(add)).committed().version();
    assertThat(cluster.logs.get(0).tag(Tags.METADATA).get(version))
        .containsExactly(Mutation.set(counter, Bytes.of(6)));
    assertThat(cluster.logs.get(0).tag(1).get(version))
        .containsExactly(Mutation.set(counter, Bytes.of(6)));
  }

  @Test
  void theProxyThatHasCommittedAnotherConfigurationAsksForTheNextEpoch() {
    FakeCluster cluster = new FakeCluster(27, FakeCluster.Shape.small().commitProxies(2));
    Bytes other = Keys.CONF_PREFIX.concat(key("colour"));
    cluster.commitAndRun(1, blind(Mutation.set(other, key("red")))).committed();
    cluster.commitAndRun(1, blind(Mutation.set(Setting.LOGS.key(), key("2")))).committed();
    assertThat(cluster.ping(1)).isInstanceOf(Refused.class);
    assertThat(((Refused) cluster.ping(1)).code()).isEqualTo(ErrorCode.CONFIGURATION_CHANGED);
    cluster.commitAndRun(0, set("a", "1")).committed();
    // It has applied the change too, but does not know whether that is committed.
    assertThat(cluster.ping(0)).isInstanceOf(Pong.class);
    // The same once more is no change, and a proxy that is to end serves on until then.
    cluster.commitAndRun(0, blind(Mutation.set(Setting.LOGS.key(), key("2")))).committed();
    assertThat(cluster.ping(0)).isInstanceOf(Pong.class);
    cluster.commitAndRun(1, set("b", "1")).committed();
    Bytes end = Keys.afterPrefix(Keys.CONF_PREFIX);
    cluster.commitAndRun(0, blind(Mutation.clearRange(Keys.CONF_PREFIX, end))).committed();
    assertThat(cluster.ping(0)).isInstanceOf(Refused.class);
  }

  @Test
  void renewsTheMetadataInTheLogAndPopsWhatLiesBefore() {
    FakeCluster.Shape shape = FakeCluster.Shape.small().logs(4, 2, 0).commitProxies(2);
    FakeCluster cluster = new FakeCluster(25, shape);
    Bytes conf = Keys.CONF_PREFIX.concat(key("x"));
    cluster.commitAndRun(1, blind(Mutation.set(conf, key("1")))).committed();
    cluster.world.runMillis(61_000);
    long version = cluster.commitAndRun(0, set("a", "1")).committed().version();
    List<Mutation> copy =
        List.of(
            Mutation.clearRange(Keys.USER_END, Keys.SYSTEM_END),
            Mutation.set(conf, key("1")),
            Mutation.set(ShardMap.keyFor(Bytes.EMPTY), ShardMap.encodeTeam(1)));
    int holders = 0;
    for (FakeLog log : cluster.logs) {
      List<Mutation> found = log.tag(Tags.METADATA).get(version);
      if (found != null) {
        holders++;
        assertThat(found).isEqualTo(copy);
        assertThat(log.pops).containsExactly(new PopLog(Tags.METADATA, version - 1));
      } else {
        assertThat(log.pops).isEmpty();
      }
    }
    assertThat(holders).isEqualTo(2);
    long next = cluster.commitAndRun(0, set("b", "1")).committed().version();
    for (FakeLog log : cluster.logs) {
      assertThat(log.tag(Tags.METADATA)).doesNotContainKey(next);
    }
  }

  @Test
  void answersWhereShardsAre() {
    FakeCluster.Shape shape =
        FakeCluster.Shape.small()
            .shards(List.of(FakeCluster.shard("", 1), FakeCluster.shard("g", 2, 3)));
    FakeCluster cluster = new FakeCluster(26, shape);
    ShardLocation left = new ShardLocation(new KeyRange(key(""), key("g")), List.of(1));
    ShardLocation right = new ShardLocation(new KeyRange(key("g"), Keys.SYSTEM_END), List.of(2, 3));
    assertThat(locations(cluster, "a", "b", 10, false)).containsExactly(left);
    assertThat(locations(cluster, "a", "z", 10, false)).containsExactly(left, right);
    assertThat(locations(cluster, "a", "z", 10, true)).containsExactly(right, left);
    assertThat(locations(cluster, "a", "z", 1, true)).containsExactly(right);
    assertThat(locations(cluster, "a", "a", 10, false)).isEmpty();
    assertThat(locations(cluster, "a", "g", 10, true)).containsExactly(left);
    GetKeyLocations inverted = new GetKeyLocations(new KeyRange(key("b"), key("a")), 1, false);
    GetKeyLocations none = new GetKeyLocations(new KeyRange(key("a"), key("b")), 0, false);
    cluster.askAndRun(inverted).assertRefused(ErrorCode.INVERTED_RANGE);
    cluster.askAndRun(none).assertRefused(ErrorCode.MALFORMED_REQUEST);
  }

  private static List<ShardLocation> locations(
      FakeCluster cluster, String begin, String end, int limit, boolean reverse) {
    KeyRange range = new KeyRange(key(begin), key(end));
    FakeCluster.Outcome outcome = cluster.askAndRun(new GetKeyLocations(range, limit, reverse));
    return ((KeyLocations) outcome.reply).shards();
  }
}
