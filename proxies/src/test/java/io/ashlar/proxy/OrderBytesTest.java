package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.blind;
import static io.ashlar.proxy.FakeCluster.key;
import static io.ashlar.proxy.FakeCluster.shard;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.ShardMap;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What storage servers are told of a change of the shard map is part of the same push. */
final class OrderBytesTest {
  /**
   * Such a transaction made a push of 35 MB of its 3.5, which is more than a push may have: the
   * process stopped.
   */
  @Test
  void ordersToStorageServersCountForTheLimitOfATransaction() {
    FakeCluster cluster = new FakeCluster(41, FakeCluster.Shape.small());
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < 350; i++) {
      Bytes begin = Bytes.utf8(Integer.toString(1_000 + i)).concat(Bytes.wrap(new byte[9_880]));
      mutations.add(
          Mutation.set(
              ShardMap.keyFor(begin),
              ShardMap.Team.moving(new int[] {1}, new int[] {2, 3, 4, 5, 6}).encode()));
    }
    FakeCluster.Outcome outcome =
        cluster.commitAndRun(0, blind(mutations.toArray(Mutation[]::new)));
    assertThat(outcome.failure).isNotNull();
    assertThat(outcome.failure.code()).isEqualTo(ErrorCode.TRANSACTION_TOO_LARGE);
    // A part of it has room.
    Mutation[] part = mutations.subList(0, 100).toArray(Mutation[]::new);
    assertThat(cluster.commitAndRun(0, blind(part)).reply).isInstanceOf(TransactionCommitted.class);
  }

  /** Each of many old rows between them begins to be for the new team. */
  @Test
  void ordersForTheRowsThatAreClearedCountForTheTeamThatIsSet() {
    int[] many = new int[30_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = 1 + i;
    }
    Mutation all = Mutation.set(ShardMap.keyFor(key("b")), ShardMap.encodeTeam(many));
    Mutation clear =
        Mutation.clearRange(
            Keys.after(Keys.KEY_SERVERS_PREFIX), Keys.afterPrefix(Keys.KEY_SERVERS_PREFIX));
    List<KeyValue> shards =
        List.of(shard("", 1), shard("c".repeat(9_000), 1), shard("d".repeat(9_000), 1));
    FakeCluster cluster = new FakeCluster(42, FakeCluster.Shape.small().shards(shards));
    FakeCluster.Outcome outcome = cluster.commitAndRun(0, blind(clear, all));
    assertThat(outcome.failure).isNotNull();
    assertThat(outcome.failure.code()).isEqualTo(ErrorCode.TRANSACTION_TOO_LARGE);
  }
}
