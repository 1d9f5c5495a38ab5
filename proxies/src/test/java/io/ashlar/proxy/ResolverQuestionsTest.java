package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.key;
import static io.ashlar.proxy.FakeCluster.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Limits;
import io.ashlar.core.Mutation;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much a commit proxy asks resolvers at a time, and how soon again. */
final class ResolverQuestionsTest {
  private final FakeCluster cluster = new FakeCluster(1, FakeCluster.Shape.small());
  private final FakeResolver resolver = cluster.resolvers.get(0);

  /** A little more than a third of what may be asked at a time. */
  private static CommitTransaction third(String name) {
    List<Mutation> mutations = new ArrayList<>();
    Bytes value = Bytes.wrap(new byte[Limits.VALUE_BYTES_MAX]);
    for (int i = 0; i * value.length() <= CommitProxyOptions.QUESTION_BYTES_MAX / 3; i++) {
      mutations.add(Mutation.set(key(name + i), value));
    }
    return transaction(
        RT, List.of(), List.of(KeyRange.ofKey(key(name))), mutations.toArray(new Mutation[0]));
  }

  private long versionsAsked() {
    return resolver.received.stream().map(ResolveBatch::version).distinct().count();
  }

  @Test
  void isBoundedSoThatNoConnectionIsCutForAllThatWaits() {
    cluster.world.runMillis(20);
    long before = versionsAsked();
    resolver.refusal = new Refused(ErrorCode.TIMED_OUT, "as if the connection were cut");
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      outcomes.add(cluster.commit(third(name)));
    }
    cluster.world.runMillis(1_000);
    assertThat(versionsAsked() - before).isEqualTo(2);
    resolver.refusal = null;
    cluster.world.runMillis(1_000);
    assertThat(versionsAsked() - before).isGreaterThanOrEqualTo(4);
    for (FakeCluster.Outcome outcome : outcomes) {
      assertThat(outcome.reply).isInstanceOf(TransactionCommitted.class);
    }
  }

  @Test
  void aResolverThatHasNoRoomIsAskedAgainSoon() {
    cluster.world.runMillis(20);
    resolver.refusal = new Refused(ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many batches wait");
    FakeCluster.Outcome outcome = cluster.commit(FakeCluster.set("a", "1"));
    cluster.world.runMillis(2_000);
    resolver.refusal = null;
    // Much less than the longest delay between two tries.
    cluster.world.runMillis(40);
    assertThat(outcome.reply).isInstanceOf(TransactionCommitted.class);
  }
}
