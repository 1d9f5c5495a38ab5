package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.RT;
import static io.ashlar.proxy.FakeCluster.WINDOW;
import static io.ashlar.proxy.FakeCluster.blind;
import static io.ashlar.proxy.FakeCluster.key;
import static io.ashlar.proxy.FakeCluster.set;
import static io.ashlar.proxy.FakeCluster.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a client hears of its commit, and what the log has of it. */
final class CommitProxyTest {
  @Test
  void commitsOneTransactionThroughAllPhases() {
    FakeCluster cluster = new FakeCluster(1, FakeCluster.Shape.small());
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    TransactionCommitted committed = outcome.committed();
    assertThat(committed.batchIndex()).isZero();
    assertThat(cluster.logs.get(0).tag(1).get(committed.version()))
        .containsExactly(Mutation.set(key("a"), key("1")));
    assertThat(cluster.sequencer.live).isGreaterThanOrEqualTo(committed.version());
    for (CommitBatch.Phase phase : CommitBatch.Phase.values()) {
      if (phase != CommitBatch.Phase.VERSIONING) {
        String line = "CommitBatchPhase version=" + committed.version() + " phase=" + phase;
        assertThat(cluster.world.traces).contains(line);
      }
    }
  }

  @Test
  void transactionsThatComeTogetherShareABatchInTheirOrder() {
    FakeCluster cluster = new FakeCluster(2, FakeCluster.Shape.small());
    cluster.world.runMillis(1);
    cluster.sequencer.silent = true;
    // Two batches are let through at once; what comes meanwhile is one batch.
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      outcomes.add(cluster.commit(set("k" + i, "v")));
    }
    cluster.world.runMillis(10);
    cluster.sequencer.silent = false;
    cluster.world.runMillis(3_000);
    Set<Long> versions = new TreeSet<>();
    long lastVersion = 0;
    int lastIndex = -1;
    for (FakeCluster.Outcome outcome : outcomes) {
      TransactionCommitted committed = outcome.committed();
      if (committed.version() == lastVersion) {
        assertThat(committed.batchIndex()).isEqualTo(lastIndex + 1);
      } else {
        assertThat(committed.version()).isGreaterThan(lastVersion);
        assertThat(committed.batchIndex()).isZero();
      }
      lastVersion = committed.version();
      lastIndex = committed.batchIndex();
      versions.add(lastVersion);
    }
    assertThat(versions).hasSizeLessThan(12);
  }

  @Test
  void tellsTheSequencerBeforeTheClient() {
    FakeCluster cluster = new FakeCluster(3, FakeCluster.Shape.small().logs(3, 3, 0));
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.afterStep =
        () -> {
          if (outcome.reply != null) {
            assertThat(cluster.sequencer.live)
                .isGreaterThanOrEqualTo(outcome.committed().version());
          }
        };
    for (int step = 0; step < 2_000; step++) {
      cluster.world.run(10_000);
      if (!outcome.isOpen()) {
        assertThat(cluster.sequencer.reports).contains(outcome.committed().version());
      }
    }
    assertThat(outcome.isOpen()).isFalse();
  }

  @Test
  void doesNotAnswerWhileTheSequencerIsSilentAboutTheReport() {
    FakeCluster cluster = new FakeCluster(4, FakeCluster.Shape.small());
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    while (cluster.logs.get(0).tag(1).isEmpty()) {
      cluster.world.run(1_000);
    }
    cluster.sequencer.silent = true;
    cluster.world.runMillis(500);
    assertThat(outcome.isOpen()).isTrue();
    cluster.sequencer.silent = false;
    cluster.world.runMillis(2_000);
    outcome.committed();
  }

  @Test
  void conflictsAndOldReadsAreRefusedAndNotPushed() {
    FakeCluster cluster = new FakeCluster(5, FakeCluster.Shape.small());
    FakeCluster.Outcome first = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    first.committed();
    List<KeyRange> readA = List.of(KeyRange.ofKey(key("a")));
    FakeCluster.Outcome conflict =
        cluster.commit(transaction(RT, readA, List.of(), Mutation.set(key("b"), key("2"))));
    FakeCluster.Outcome old =
        cluster.commit(
            transaction(RT - 2 * WINDOW, readA, List.of(), Mutation.set(key("c"), key("3"))));
    cluster.world.runMillis(50);
    conflict.assertRefused(ErrorCode.NOT_COMMITTED);
    old.assertRefused(ErrorCode.TRANSACTION_TOO_OLD);
    assertThat(cluster.logs.get(0).tag(1).values())
        .containsExactly(List.of(Mutation.set(key("a"), key("1"))));
  }

  @Test
  void theWorstVerdictOfTheResolversCounts() {
    FakeCluster cluster = new FakeCluster(6, FakeCluster.Shape.small().resolvers(key("m")));
    cluster.resolvers.get(1).script = (version, asked) -> io.ashlar.core.Verdict.CONFLICT;
    KeyRange across = new KeyRange(key("a"), key("z"));
    FakeCluster.Outcome both = cluster.commit(transaction(RT, List.of(), List.of(across)));
    FakeCluster.Outcome left =
        cluster.commit(transaction(RT, List.of(), List.of(KeyRange.ofKey(key("b")))));
    cluster.world.runMillis(50);
    both.assertRefused(ErrorCode.NOT_COMMITTED);
    left.committed();
  }

  @Test
  void everyResolverHearsOfEveryVersionWithRangesCutToItsShare() {
    FakeCluster cluster =
        new FakeCluster(7, FakeCluster.Shape.small().resolvers(key("h"), key("p")));
    KeyRange across = new KeyRange(key("c"), key("k"));
    cluster.commit(transaction(RT, List.of(across), List.of(KeyRange.ofKey(key("x")))));
    cluster.world.runMillis(50);
    TreeSet<Long> versions = new TreeSet<>(cluster.sequencer.versions);
    List<List<KeyRange>> reads = new ArrayList<>();
    for (FakeResolver resolver : cluster.resolvers) {
      TreeSet<Long> heard = new TreeSet<>();
      for (ResolveBatch batch : resolver.received) {
        heard.add(batch.version());
        batch
            .transactions()
            .forEach(t -> reads.add(io.ashlar.core.KeyRanges.decode(t.readConflicts())));
      }
      assertThat(heard).isEqualTo(versions);
    }
    assertThat(reads)
        .containsExactly(
            List.of(new KeyRange(key("c"), key("h"))),
            List.of(new KeyRange(key("h"), key("k"))),
            List.of());
  }

  @Test
  void aFenceGoesThroughTheWholePipeline() {
    FakeCluster cluster = new FakeCluster(8, FakeCluster.Shape.small());
    Bytes fence = Keys.FENCE_PREFIX.concat(key("client-1"));
    FakeCluster.Outcome outcome =
        cluster.commit(transaction(RT, List.of(), List.of(KeyRange.ofKey(fence))));
    cluster.world.runMillis(50);
    long version = outcome.committed().version();
    assertThat(cluster.logs.get(0).chain.get(version).payload().isEmpty()).isTrue();
    FakeCluster.Outcome original =
        cluster.commit(
            transaction(
                RT,
                List.of(KeyRange.ofKey(fence)),
                List.of(KeyRange.ofKey(fence)),
                Mutation.set(key("a"), key("1"))));
    cluster.world.runMillis(50);
    original.assertRefused(ErrorCode.NOT_COMMITTED);
  }

  /**
   * The story: a client makes up a read version, its commit is lost on the way, and the fence that
   * it then commits is through. The original arrives afterwards. It says that it read after the
   * fence, so no conflict would stop it, though its result was reported as settled.
   */
  @Test
  void whatClaimsToHaveReadTheFutureIsRefusedAloneThoughItsFenceIsThrough() {
    FakeCluster cluster = new FakeCluster(8, FakeCluster.Shape.small());
    KeyRange fence = KeyRange.ofKey(Keys.FENCE_PREFIX.concat(key("x")));
    assertThat(
            cluster
                .commitAndRun(0, transaction(RT, List.of(), List.of(fence)))
                .committed()
                .version())
        .isGreaterThan(RT);
    long future = RT + 50_000_000;
    Mutation late = Mutation.set(key("late"), key("1"));
    FakeCluster.Outcome original =
        cluster.commit(transaction(future, List.of(fence), List.of(fence), late));
    FakeCluster.Outcome another = cluster.commit(set("b", "1"));
    cluster.world.runMillis(50);
    original.assertRefused(ErrorCode.FUTURE_VERSION);
    TransactionCommitted beside = another.committed();
    assertThat(cluster.logs.get(0).tag(1).get(beside.version()))
        .containsExactly(Mutation.set(key("b"), key("1")));
  }

  @Test
  void aReadVersionThatIsTheBatchsOwnIsOfTheFutureToo() {
    FakeCluster cluster = new FakeCluster(9, FakeCluster.Shape.small());
    cluster.world.runMillis(1);
    long last = cluster.commitAndRun(0, set("a", "1")).committed().version();
    KeyRange read = KeyRange.ofKey(key("a"));
    assertThat(
            cluster
                .commitAndRun(0, transaction(last, List.of(read), List.of(read)))
                .committed()
                .version())
        .isGreaterThan(last);
    CommitBatch batch =
        new CommitBatch(1, List.of(submission(99), submission(100), submission(101)), 0);
    batch.version(50, 100);
    assertThat(batch.takeOutFuture())
        .extracting(each -> each.transaction().readVersion())
        .containsExactly(100L, 101L);
    assertThat(batch.submissions())
        .extracting(each -> each.transaction().readVersion())
        .containsExactly(99L);
  }

  private static Submission submission(long readVersion) {
    return new Submission(
        null, transaction(readVersion, List.of(), List.of()), 0, 0, false, false, 0);
  }

  @Test
  void versionstampsAreFilledInAndTheStampedKeyConflicts() {
    FakeCluster cluster = new FakeCluster(9, FakeCluster.Shape.small());
    Bytes template = key("log/").concat(Bytes.wrap(new byte[10])).concat(Bytes.of(4, 0, 0, 0));
    Bytes value = Bytes.wrap(new byte[12]).concat(Bytes.of(1, 0, 0, 0));
    FakeCluster.Outcome outcome =
        cluster.commit(
            blind(
                new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, template, key("x")),
                new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key("last"), value)));
    cluster.world.runMillis(50);
    TransactionCommitted committed = outcome.committed();
    io.ashlar.core.ByteWriter stamp = new io.ashlar.core.ByteWriter(10);
    stamp.putLong(committed.version()).putByte(0).putByte(committed.batchIndex());
    Bytes stamped = key("log/").concat(stamp.toBytes());
    assertThat(cluster.logs.get(0).tag(1).get(committed.version()))
        .containsExactly(
            Mutation.set(stamped, key("x")),
            Mutation.set(key("last"), Bytes.of(0).concat(stamp.toBytes()).concat(Bytes.of(0))));
    FakeCluster.Outcome reader =
        cluster.commit(transaction(RT, List.of(KeyRange.ofKey(stamped)), List.of()));
    cluster.world.runMillis(50);
    reader.assertRefused(ErrorCode.NOT_COMMITTED);
  }

  @Test
  void aWrongVersionstampOffsetIsRefusedForThatTransactionAlone() {
    FakeCluster cluster = new FakeCluster(10, FakeCluster.Shape.small());
    Bytes template = key("log/").concat(Bytes.wrap(new byte[10])).concat(Bytes.of(5, 0, 0, 0));
    FakeCluster.Outcome good = cluster.commit(set("a", "1"));
    FakeCluster.Outcome bad =
        cluster.commit(blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, template, key(""))));
    cluster.world.runMillis(50);
    good.committed();
    bad.assertRefused(ErrorCode.INVALID_VERSIONSTAMP_OFFSET);
  }

  @Test
  void eachLogServerGetsTheTagsItHoldsAndEachTagItsReplicas() {
    FakeCluster.Shape shape =
        FakeCluster.Shape.small()
            .logs(5, 2, 0)
            .shards(
                List.of(
                    FakeCluster.shard("", 1, 2),
                    FakeCluster.shard("g", 3, 4),
                    FakeCluster.shard("p", 5)));
    FakeCluster cluster = new FakeCluster(11, shape);
    Mutation clear = Mutation.clearRange(key("b"), key("h"));
    FakeCluster.Outcome outcome =
        cluster.commit(
            blind(Mutation.set(key("a"), key("1")), clear, Mutation.set(key("z"), key("2"))));
    cluster.world.runMillis(50);
    long version = outcome.committed().version();
    io.ashlar.core.TagPlacement placement = new io.ashlar.core.TagPlacement(cluster.generation);
    for (int tag = 1; tag <= 5; tag++) {
      List<Mutation> expected =
          tag <= 2
              ? List.of(Mutation.set(key("a"), key("1")), clear)
              : tag <= 4 ? List.of(clear) : List.of(Mutation.set(key("z"), key("2")));
      for (int member = 0; member < 5; member++) {
        List<Mutation> found = cluster.logs.get(member).tag(tag).get(version);
        if (placement.holds(member, tag)) {
          assertThat(found).isEqualTo(expected);
        } else {
          assertThat(found).isNull();
        }
      }
    }
    for (FakeLog log : cluster.logs) {
      assertThat(log.chain).containsKey(version);
    }
  }

  @Test
  void answersPingAndStatusAndRefusesWhatIsNotForIt() {
    FakeCluster cluster = new FakeCluster(27, FakeCluster.Shape.small());
    assertThat(cluster.askAndRun(new Ping()).reply).isInstanceOf(Pong.class);
    RoleStatus status = (RoleStatus) cluster.askAndRun(new GetRoleStatus()).reply;
    assertThat(status.role()).isEqualTo("commit-proxy");
    cluster.askAndRun(new GetReadVersion(false)).assertRefused(ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void garbageIsRefusedAndHarmsNobody() {
    FakeCluster cluster = new FakeCluster(28, FakeCluster.Shape.small());
    // The second has lengths in more bytes than they need, which only some readers would take.
    List<Bytes> kinds =
        List.of(Bytes.of(0, 200, 1, 2, 3), Bytes.of(0x81, 0x80, 0x80, 0, 'a', 0x80, 0));
    FakeCluster.Outcome good = cluster.commit(set("a", "1"));
    List<FakeCluster.Outcome> bad = new ArrayList<>();
    for (Bytes garbage : kinds) {
      for (int place = 0; place < 3; place++) {
        bad.add(
            cluster.commit(
                new io.ashlar.message.CommitTransaction(
                    RT,
                    place == 0 ? garbage : Bytes.EMPTY,
                    place == 1 ? garbage : Bytes.EMPTY,
                    place == 2 ? garbage : Bytes.EMPTY)));
      }
    }
    cluster.world.runMillis(50);
    bad.forEach(outcome -> outcome.assertRefused(ErrorCode.MALFORMED_REQUEST));
    good.committed();
  }
}
