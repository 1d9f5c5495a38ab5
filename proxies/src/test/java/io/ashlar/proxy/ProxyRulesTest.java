package io.ashlar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import io.ashlar.core.CheckFailedException;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import io.ashlar.core.Verdict;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The small pure rules. */
final class ProxyRulesTest {
  private static EpochQuorum quorum(int replication, int antiQuorum, String... zones) {
    List<LogMember> members = new ArrayList<>();
    for (int i = 0; i < zones.length; i++) {
      members.add(new LogMember(new Uid(0, i), zones[i]));
    }
    return new EpochQuorum(new LogGeneration(1, 0, 0, 1, members, replication, antiQuorum));
  }

  @Test
  void anEpochIsConfirmedByDistinctZones() {
    EpochQuorum quorum = quorum(3, 1, "a", "a", "b", "c");
    quorum.confirm(0);
    quorum.confirm(1);
    quorum.confirm(0);
    assertThat(quorum.isReached()).isFalse();
    assertThat(quorum.hasConfirmed(2)).isFalse();
    quorum.confirm(2);
    assertThat(quorum.isReached()).isTrue();
    assertThat(quorum.hasConfirmed(2)).isTrue();
  }

  @Test
  void theIntervalFollowsTheLatencyUpToItsBound() {
    BatchInterval interval = new BatchInterval(2_000_000);
    assertThat(interval.nanos()).isZero();
    for (int i = 0; i < 100; i++) {
      interval.observe(800_000);
    }
    assertThat(interval.nanos()).isBetween(99_000L, 100_000L);
    for (int i = 0; i < 100; i++) {
      interval.observe(100_000_000);
    }
    assertThat(interval.nanos()).isEqualTo(2_000_000);
    BatchInterval none = new BatchInterval(0);
    none.observe(100_000_000);
    assertThat(none.nanos()).isZero();
  }

  @Test
  void metadataIsRenewedAfterTimeOrBytesAndOneAtATime() {
    CommitProxyOptions options = CommitProxyOptions.defaults();
    MetadataRenewal renewal = new MetadataRenewal(true, options, 0);
    assertThat(renewal.isDue(options.renewalIntervalNanos() - 1)).isFalse();
    assertThat(renewal.isDue(options.renewalIntervalNanos())).isTrue();
    renewal.changed(options.renewalBytes());
    assertThat(renewal.isDue(1)).isTrue();
    renewal.copied(50, 1);
    renewal.changed(options.renewalBytes());
    assertThat(renewal.isDue(Long.MAX_VALUE / 2)).isFalse();
    assertThat(renewal.popThrough(49)).isEqualTo(-1);
    assertThat(renewal.popThrough(50)).isEqualTo(49);
    assertThat(renewal.popThrough(60)).isEqualTo(-1);
    assertThat(renewal.isDue(2)).isTrue();
    assertThat(new MetadataRenewal(false, options, 0).isDue(Long.MAX_VALUE / 2)).isFalse();
  }

  private static ResolverTransaction asked(int index) {
    return new ResolverTransaction(index, 0, Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY);
  }

  private static BatchResolved answer(long version, List<MetadataBatch> metadata, int... codes) {
    return new BatchResolved(version, Bytes.of(codes), metadata);
  }

  @Test
  void theSmallestVerdictOfThoseAskedCounts() {
    List<List<ResolverTransaction>> questions =
        List.of(List.of(asked(0), asked(2), asked(3)), List.of(asked(1), asked(2), asked(3)));
    BatchResolution resolution = new BatchResolution(9, 5, questions);
    resolution.answer(1, answer(9, List.of(), 0, 2, 1));
    assertThat(resolution.isComplete()).isFalse();
    resolution.answer(0, answer(9, List.of(), 1, 2, 0));
    assertThat(resolution.isComplete()).isTrue();
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      verdicts.add(resolution.verdict(i));
    }
    assertThat(verdicts)
        .containsExactly(
            Verdict.TOO_OLD,
            Verdict.CONFLICT,
            Verdict.COMMITTED,
            Verdict.CONFLICT,
            Verdict.COMMITTED);
  }

  @Test
  void answersThatDoNotFitTheQuestionStopTheWorker() {
    List<List<ResolverTransaction>> questions = List.of(List.of(asked(0)));
    assertThatThrownBy(
            () -> new BatchResolution(9, 1, questions).answer(0, answer(8, List.of(), 2)))
        .isInstanceOf(CheckFailedException.class);
    assertThatThrownBy(
            () -> new BatchResolution(9, 1, questions).answer(0, answer(9, List.of(), 2, 2)))
        .isInstanceOf(CheckFailedException.class);
    assertThatThrownBy(
            () -> new BatchResolution(9, 1, questions).answer(0, answer(9, List.of(), 7)))
        .isInstanceOf(MalformedException.class);
  }

  private static MetadataBatch metadata(long version, Verdict... verdicts) {
    List<MetadataTransaction> transactions = new ArrayList<>();
    for (int i = 0; i < verdicts.length; i++) {
      transactions.add(new MetadataTransaction(i, verdicts[i], Bytes.utf8(version + "/" + i)));
    }
    return new MetadataBatch(version, transactions);
  }

  @Test
  void metadataIsTakenWhenEveryResolverSaysSoAndItIsNew() {
    Verdict yes = Verdict.COMMITTED;
    Verdict no = Verdict.CONFLICT;
    BatchResolution resolution = new BatchResolution(9, 0, List.of(List.of(), List.of()));
    // The first resolver still remembers version 3, which is applied already.
    resolution.answer(
        0, answer(9, List.of(metadata(3, yes), metadata(5, yes, yes), metadata(7, yes, no))));
    resolution.answer(1, answer(9, List.of(metadata(5, no, yes), metadata(7, yes, yes))));
    List<String> applied = new ArrayList<>();
    resolution.forEachMetadata(4, (version, mutations) -> applied.add(mutations.utf8()));
    assertThat(applied).containsExactly("5/1", "7/0");
  }

  @Test
  void resolversThatDisagreeAboutMetadataStopTheWorker() {
    BatchResolution resolution = new BatchResolution(9, 0, List.of(List.of(), List.of()));
    resolution.answer(0, answer(9, List.of(metadata(5, Verdict.COMMITTED))));
    resolution.answer(1, answer(9, List.of()));
    assertThatThrownBy(() -> resolution.forEachMetadata(4, (version, mutations) -> {}))
        .isInstanceOf(CheckFailedException.class);
  }

  @Test
  void aBatchGoesThroughItsPhasesInOrder() {
    CommitBatch batch = new CommitBatch(1, List.of(), 0);
    assertThatThrownBy(() -> batch.enter(CommitBatch.Phase.PUSHING))
        .isInstanceOf(CheckFailedException.class);
    batch.enter(CommitBatch.Phase.RESOLVING);
    assertThat(batch.isPast(CommitBatch.Phase.VERSIONING)).isTrue();
    assertThat(batch.isPast(CommitBatch.Phase.RESOLVING)).isFalse();
    assertThatThrownBy(() -> batch.version(7, 7)).isInstanceOf(CheckFailedException.class);
  }

  @Test
  void optionsOutOfTheirRangeAreRefusedByName() {
    assertThatThrownBy(() -> CommitProxyOptions.defaults().withBatchIntervalMaxNanos(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchIntervalMaxNanos is -1, its range is 0 to 1000000000");
    assertThatThrownBy(() -> new ReadVersionProxyOptions(0, 1, 0, 1_000_000, 100_000, 100_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queueCountMax");
  }
}
