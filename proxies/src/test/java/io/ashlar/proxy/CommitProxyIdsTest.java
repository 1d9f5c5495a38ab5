package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.WINDOW;
import static io.ashlar.proxy.FakeCluster.key;
import static io.ashlar.proxy.FakeCluster.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Mutation;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Idempotency ids: listed in the log when their commit is, and cleared when they have expired. */
final class CommitProxyIdsTest {
  private static CommitTransaction withId(long readVersion, int number) {
    return FakeCluster.withId(
        transaction(readVersion, List.of(), List.of()), IdempotencyIds.id(7, number));
  }

  /** The versions at which ids were cleared, with the bounds. */
  private static TreeMap<Long, Long> expiries(FakeLog log) {
    TreeMap<Long, Long> found = new TreeMap<>();
    log.tag(1)
        .forEach(
            (version, mutations) -> {
              for (Mutation mutation : mutations) {
                if (mutation.first().equals(IdempotencyIds.EXPIRED_KEY)) {
                  found.put(version, IdempotencyIds.expiredBelow(mutation.second()));
                }
              }
            });
    return found;
  }

  /** Also those of epochs before, of which nothing is known but that they end at RT. */
  @Test
  void clearsIdsThatHaveExpiredThoughNobodyCommitsAnyMore() {
    long lifetime = CommitProxyOptions.defaults().idLifetimeVersions();
    FakeCluster cluster = new FakeCluster(31, FakeCluster.Shape.small());
    cluster.world.runMillis(150_000);
    FakeLog log = cluster.logs.get(0);
    assertThat(expiries(log)).hasSize(1);
    assertThat(expiries(log).firstEntry().getValue()).isGreaterThanOrEqualTo(RT);
    long version = cluster.commitAndRun(0, withId(cluster.sequencer.live, 1)).committed().version();
    cluster.world.runMillis(150_000);
    assertThat(expiries(log)).hasSize(2);
    long at = expiries(log).lastKey();
    assertThat(expiries(log).lastEntry().getValue())
        .isEqualTo(at - WINDOW - lifetime)
        .isGreaterThan(version);
    // Readers learn that it is committed, and can store it.
    assertThat(log.chain.lastEntry().getValue().knownCommittedVersion())
        .isGreaterThanOrEqualTo(at + WINDOW);
  }

  /** Also when many of them are in one batch. */
  @Test
  void listsTheIdsOfWhatIsCommittedAndOfNothingElse() {
    FakeCluster cluster = new FakeCluster(32, FakeCluster.Shape.small());
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      List<KeyRange> one = List.of(KeyRange.ofKey(key("k" + i / 2)));
      CommitTransaction transaction = transaction(cluster.sequencer.live, one, one);
      outcomes.add(cluster.commit(0, FakeCluster.withId(transaction, IdempotencyIds.id(7, i))));
    }
    cluster.world.runMillis(200);
    TreeMap<Bytes, Bytes> rows = new TreeMap<>();
    for (List<Mutation> mutations : cluster.logs.get(0).tag(1).values()) {
      for (Mutation mutation : mutations) {
        if (IdempotencyIds.ROWS.contains(mutation.first())) {
          rows.put(mutation.first(), mutation.second());
        }
      }
    }
    assertThat(rows.values())
        .allMatch(
            row ->
                row.length() <= IdempotencyIds.IDS_PER_ROW_MAX * IdempotencyIds.ENTRY_BYTES
                    && !row.isEmpty());
    int committed = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      TransactionCommitted expected = (TransactionCommitted) outcomes.get(i).reply;
      Bytes id = IdempotencyIds.id(7, i);
      List<TransactionCommitted> found = new ArrayList<>();
      rows.forEach(
          (key, value) -> {
            int place = IdempotencyIds.placeOf(id, value);
            if (place >= 0) {
              found.add(new TransactionCommitted(IdempotencyIds.versionOf(key), place));
            }
          });
      assertThat(found).isEqualTo(expected == null ? List.of() : List.of(expected));
      committed += expected == null ? 0 : 1;
    }
    assertThat(committed).isEqualTo(1_500);
    assertThat(rows.size()).isGreaterThan(1);
  }
}
