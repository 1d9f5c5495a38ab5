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
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Tags;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.LogBacklog;
import io.ashlar.message.Message;
import io.ashlar.message.PeerRoundTrip;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.PopLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StatusField;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class CommitProxyTest {
  private static TransactionCommitted committed(FakeCluster.Outcome outcome) {
    assertThat(outcome.failure).isNull();
    assertThat(outcome.reply).isInstanceOf(TransactionCommitted.class);
    return (TransactionCommitted) outcome.reply;
  }

  private static void assertRefused(FakeCluster.Outcome outcome, ErrorCode code) {
    assertThat(outcome.reply).isNull();
    assertThat(outcome.failure).isNotNull();
    assertThat(outcome.failure.code()).isEqualTo(code);
  }

  @Test
  void commitsOneTransactionThroughAllPhases() {
    FakeCluster cluster = new FakeCluster(1, FakeCluster.Shape.small());
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    TransactionCommitted committed = committed(outcome);
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
      TransactionCommitted committed = committed(outcome);
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
            assertThat(cluster.sequencer.live).isGreaterThanOrEqualTo(committed(outcome).version());
          }
        };
    for (int step = 0; step < 2_000; step++) {
      cluster.world.run(10_000);
      if (!outcome.isOpen()) {
        assertThat(cluster.sequencer.reports).contains(committed(outcome).version());
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
    committed(outcome);
  }

  @Test
  void conflictsAndOldReadsAreRefusedAndNotPushed() {
    FakeCluster cluster = new FakeCluster(5, FakeCluster.Shape.small());
    FakeCluster.Outcome first = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    committed(first);
    List<KeyRange> readA = List.of(KeyRange.ofKey(key("a")));
    FakeCluster.Outcome conflict =
        cluster.commit(transaction(RT, readA, List.of(), Mutation.set(key("b"), key("2"))));
    FakeCluster.Outcome old =
        cluster.commit(
            transaction(RT - 2 * WINDOW, readA, List.of(), Mutation.set(key("c"), key("3"))));
    cluster.world.runMillis(50);
    assertRefused(conflict, ErrorCode.NOT_COMMITTED);
    assertRefused(old, ErrorCode.TRANSACTION_TOO_OLD);
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
    assertRefused(both, ErrorCode.NOT_COMMITTED);
    committed(left);
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
    long version = committed(outcome).version();
    assertThat(cluster.logs.get(0).chain.get(version).payload().isEmpty()).isTrue();
    FakeCluster.Outcome original =
        cluster.commit(
            transaction(
                RT,
                List.of(KeyRange.ofKey(fence)),
                List.of(KeyRange.ofKey(fence)),
                Mutation.set(key("a"), key("1"))));
    cluster.world.runMillis(50);
    assertRefused(original, ErrorCode.NOT_COMMITTED);
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
            committed(cluster.commitAndRun(0, transaction(RT, List.of(), List.of(fence))))
                .version())
        .isGreaterThan(RT);
    long future = RT + 50_000_000;
    Mutation late = Mutation.set(key("late"), key("1"));
    FakeCluster.Outcome original =
        cluster.commit(transaction(future, List.of(fence), List.of(fence), late));
    FakeCluster.Outcome another = cluster.commit(set("b", "1"));
    cluster.world.runMillis(50);
    assertRefused(original, ErrorCode.FUTURE_VERSION);
    TransactionCommitted beside = committed(another);
    assertThat(cluster.logs.get(0).tag(1).get(beside.version()))
        .containsExactly(Mutation.set(key("b"), key("1")));
  }

  @Test
  void aReadVersionThatIsTheBatchsOwnIsOfTheFutureToo() {
    FakeCluster cluster = new FakeCluster(9, FakeCluster.Shape.small());
    cluster.world.runMillis(1);
    long last = committed(cluster.commitAndRun(0, set("a", "1"))).version();
    KeyRange read = KeyRange.ofKey(key("a"));
    assertThat(
            committed(cluster.commitAndRun(0, transaction(last, List.of(read), List.of(read))))
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
    return new Submission(null, transaction(readVersion, List.of(), List.of()), 0, 0, false, false);
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
    TransactionCommitted committed = committed(outcome);
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
    assertRefused(reader, ErrorCode.NOT_COMMITTED);
  }

  @Test
  void aWrongVersionstampOffsetIsRefusedForThatTransactionAlone() {
    FakeCluster cluster = new FakeCluster(10, FakeCluster.Shape.small());
    Bytes template = key("log/").concat(Bytes.wrap(new byte[10])).concat(Bytes.of(5, 0, 0, 0));
    FakeCluster.Outcome good = cluster.commit(set("a", "1"));
    FakeCluster.Outcome bad =
        cluster.commit(blind(new Mutation(MutationType.SET_VERSIONSTAMPED_KEY, template, key(""))));
    cluster.world.runMillis(50);
    committed(good);
    assertRefused(bad, ErrorCode.INVALID_VERSIONSTAMP_OFFSET);
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
    long version = committed(outcome).version();
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
  void metadataOfAnotherProxyRoutesLaterWritesAndIsTaggedForAll() {
    FakeCluster.Shape shape = FakeCluster.Shape.small().commitProxies(2).resolvers(key("m"));
    FakeCluster cluster = new FakeCluster(12, shape);
    FakeCluster.Outcome moved =
        cluster.commit(
            0, blind(Mutation.set(ShardMap.keyFor(key("k")), ShardMap.encodeTeam(2, 3))));
    cluster.world.runMillis(50);
    long moveVersion = committed(moved).version();
    FakeCluster.Outcome later = cluster.commit(1, set("kk", "1"));
    cluster.world.runMillis(50);
    long version = committed(later).version();
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
    assertRefused(moved, ErrorCode.NOT_COMMITTED);
    for (int proxy = 0; proxy < 2; proxy++) {
      long version = committed(commitAndRun(cluster, proxy, "kk")).version();
      assertThat(cluster.logs.get(0).tag(1)).containsKey(version);
      assertThat(cluster.logs.get(0).tag(2)).isEmpty();
    }
  }

  private static FakeCluster.Outcome commitAndRun(FakeCluster cluster, int proxy, String key) {
    FakeCluster.Outcome outcome = cluster.commit(proxy, set(key, "1"));
    cluster.world.runMillis(50);
    return outcome;
  }

  @Test
  void atomicOperationsOnSystemKeysReachTheLogAsTheirResults() {
    FakeCluster cluster = new FakeCluster(14, FakeCluster.Shape.small().commitProxies(2));
    Bytes counter = Keys.CONF_PREFIX.concat(key("counter"));
    Mutation add = new Mutation(MutationType.ADD, counter, Bytes.of(3));
    committed(cluster.commitAndRun(0, blind(add)));
    long version = committed(cluster.commitAndRun(1, blind(add))).version();
    assertThat(cluster.logs.get(0).tag(Tags.METADATA).get(version))
        .containsExactly(Mutation.set(counter, Bytes.of(6)));
    assertThat(cluster.logs.get(0).tag(1).get(version))
        .containsExactly(Mutation.set(counter, Bytes.of(6)));
  }

  @Test
  void keepsPushesForALogServerThatNeedNotAcknowledge() {
    FakeCluster cluster = new FakeCluster(15, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.logs.get(2).silent = true;
    for (int i = 0; i < 20; i++) {
      committed(cluster.commitAndRun(0, set("k" + i, "v")));
    }
    assertThat(cluster.logs.get(2).chain).isEmpty();
    cluster.logs.get(2).silent = false;
    cluster.world.cut("proxy0", "log2");
    cluster.world.runMillis(3_000);
    assertThat(cluster.logs.get(2).chain.keySet()).isEqualTo(cluster.logs.get(0).chain.keySet());
    assertThat(cluster.world.probes).contains("commit-proxy.push-resent");
  }

  @Test
  void waitsForAsManyLogServersAsTheAntiQuorumDemands() {
    FakeCluster cluster = new FakeCluster(16, FakeCluster.Shape.small().logs(3, 3, 1));
    cluster.logs.get(1).stalled = true;
    cluster.logs.get(2).stalled = true;
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(500);
    assertThat(outcome.isOpen()).isTrue();
    cluster.logs.get(1).stalled = false;
    cluster.logs.get(1).sync();
    cluster.world.runMillis(50);
    committed(outcome);
  }

  @Test
  void sendsAgainInChainOrderAfterACut() {
    FakeCluster cluster = new FakeCluster(17, FakeCluster.Shape.small().logs(2, 2, 0));
    List<FakeCluster.Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      outcomes.add(cluster.commit(set("k" + i, "v")));
      cluster.world.run(200_000);
      if (i % 7 == 3) {
        cluster.world.cut("proxy0", "log" + i % 2);
      }
      if (i % 11 == 5) {
        cluster.world.cut("proxy0", "resolver0");
        cluster.world.cut("proxy0", "sequencer");
      }
    }
    cluster.world.runMillis(3_000);
    outcomes.forEach(CommitProxyTest::committed);
    for (FakeLog log : cluster.logs) {
      long previous = RT;
      for (PushLog push : log.chain.values()) {
        assertThat(push.previousVersion()).isEqualTo(previous);
        previous = push.version();
      }
    }
  }

  @Test
  void neverClaimsMoreCommittedThanEnoughLogServersHave() {
    FakeCluster cluster = new FakeCluster(18, FakeCluster.Shape.small().logs(3, 2, 0));
    for (int i = 0; i < 200; i++) {
      cluster.commit(set("k" + i, "v"));
      cluster.world.run(100_000);
      long durable = Long.MAX_VALUE;
      for (FakeLog log : cluster.logs) {
        durable = Math.min(durable, log.durable);
      }
      for (FakeLog log : cluster.logs) {
        if (!log.received.isEmpty()) {
          PushLog last = log.received.get(log.received.size() - 1);
          assertThat(last.knownCommittedVersion()).isLessThanOrEqualTo(durable);
        }
      }
    }
  }

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
    committed(first);
    committed(second);
  }

  @Test
  void aProxyWithOldKnowledgeAsksTheSequencerWhatIsCommitted() {
    FakeCluster cluster = new FakeCluster(20, FakeCluster.Shape.small().commitProxies(2));
    cluster.world.runMillis(20);
    cluster.sequencer.step = before -> WINDOW - 1_000;
    for (int i = 0; i < 4; i++) {
      committed(commitAndRun(cluster, 0, "k" + i));
    }
    int askedBefore = cluster.sequencer.liveVersionRequests;
    committed(commitAndRun(cluster, 1, "other"));
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
    long version = committed(outcome).version();
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
    long version = committed(outcome).version();
    FakeLog log = cluster.logs.get(0);
    log.silent = true;
    cluster.world.runMillis(20_000);
    log.silent = false;
    cluster.world.runMillis(60_000);
    PushLog last = log.chain.lastEntry().getValue();
    assertThat(last.knownCommittedVersion()).isGreaterThanOrEqualTo(version + WINDOW);
  }

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
    long version = committed(cluster.commitAndRun(0, withId(cluster.sequencer.live, 1))).version();
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

  @Test
  void aRefusalThatWouldComeAgainEndsTheServiceSoThatTheEpochEnds() {
    FakeCluster cluster = new FakeCluster(31, FakeCluster.Shape.small());
    cluster.world.runMillis(20);
    FakeResolver resolver = cluster.resolvers.get(0);
    int before = resolver.received.size();
    resolver.refusal = new Refused(ErrorCode.MALFORMED_REQUEST, "no such thing");
    FakeCluster.Outcome outcome = cluster.commit(set("a", "1"));
    cluster.world.runMillis(20);
    assertThat(cluster.askAndRun(new Ping()).isOpen()).isTrue();
    cluster.world.runMillis(10_000);
    assertThat(outcome.isOpen()).isTrue();
    assertThat(resolver.received).hasSize(before + 1);
  }

  /**
   * A log server that finds its files corrupt, or had lost them when it started again, refuses
   * every push from then on. The proxy sent them again for ever, and answered that it lived.
   */
  @Test
  void aLogServerThatHasLostItsFilesEndsTheServiceSoThatTheEpochEnds() {
    for (ErrorCode code : List.of(ErrorCode.FILE_CORRUPT, ErrorCode.RECRUITMENT_FAILED)) {
      FakeCluster cluster = new FakeCluster(32, FakeCluster.Shape.small());
      cluster.world.runMillis(20);
      FakeLog log = cluster.logs.get(0);
      FakeCluster.Outcome before = cluster.commit(set("a", "1"));
      cluster.world.runMillis(20);
      committed(before);
      log.refusal = new Refused(code, "segment-0000000000000001 at offset 4096");
      FakeCluster.Outcome outcome = cluster.commit(set("a", "2"));
      cluster.world.runMillis(1_000);
      int sent = log.received.size();
      assertThat(cluster.askAndRun(new Ping()).isOpen()).isTrue();
      cluster.world.runMillis(60_000);
      assertThat(outcome.isOpen()).isTrue();
      assertThat(log.received).hasSize(sent);
    }
  }

  @Test
  void refusesWhenTheQueueIsFullAndServesOn() {
    CommitProxyOptions defaults = CommitProxyOptions.defaults();
    CommitProxyOptions options =
        new CommitProxyOptions(
            10,
            defaults.queueBytesMax(),
            4,
            defaults.batchBytesMax(),
            2,
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
        assertRefused(outcome, ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED);
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
    assertRefused(outcome, ErrorCode.TRANSACTION_TOO_OLD);
    assertThat(cluster.logs.get(0).tag(1)).isEmpty();
    for (ResolveBatch batch : cluster.resolvers.get(0).received) {
      assertThat(batch.transactions()).isEmpty();
    }
    committed(commitAndRun(cluster, 0, "b"));
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
      assertRefused(outcome, ErrorCode.TRANSACTION_TOO_OLD);
    }
    assertThat(inFlight.isOpen()).isTrue();
    assertThat(later.isOpen()).isTrue();

    cluster.logs.get(0).stalled = false;
    cluster.logs.get(0).sync();
    cluster.world.runMillis(100);
    committed(inFlight);
    committed(later);
    assertThat(cluster.logs.get(0).tag(1)).hasSize(2);
    assertThat(cluster.resolvers.get(0).received.stream().filter(b -> !b.transactions().isEmpty()))
        .extracting(ResolveBatch::version)
        .containsExactly(committed(inFlight).version(), committed(later).version());
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
    CommitProxyOptions defaults = CommitProxyOptions.defaults();
    return new CommitProxyOptions(
        defaults.queueCountMax(),
        defaults.queueBytesMax(),
        1,
        defaults.batchBytesMax(),
        1,
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

  @Test
  void asManyStoppedLogServersAsCommitsNeedNotWaitForAreLeft() {
    FakeCluster cluster = new FakeCluster(24, FakeCluster.Shape.small().logs(3, 3, 1));
    committed(commitAndRun(cluster, 0, "a"));
    cluster.logs.get(1).stopped = true;
    committed(commitAndRun(cluster, 0, "b"));
    cluster.world.runMillis(100);
    assertThat(cluster.world.probes).contains("commit-proxy.goes-on-without-a-log-server");
    int pushed = cluster.logs.get(1).received.size();
    committed(commitAndRun(cluster, 0, "c"));
    cluster.world.runMillis(5_000);
    assertThat(cluster.logs.get(1).received).hasSize(pushed);
    FakeCluster.Outcome status = cluster.ask(FakeCluster.commitProxy(0), new GetRoleStatus());
    cluster.world.runMillis(10);
    assertThat(((RoleStatus) status.reply).fields())
        .contains(new StatusField("retained-bytes", "0"), new StatusField("state", "serving"));
  }

  @Test
  void nothingIsKeptForALogServerThatTheControllerHasGivenUp() {
    FakeCluster cluster = new FakeCluster(24, FakeCluster.Shape.small().logs(3, 3, 1));
    committed(commitAndRun(cluster, 0, "a"));
    cluster.logs.get(1).silent = true;
    committed(commitAndRun(cluster, 0, "b"));
    committed(commitAndRun(cluster, 0, "c"));
    List<LogBacklog> backlogs = ((Pong) ping(cluster, 0)).backlogs();
    assertThat(backlogs.get(1).bytes()).isPositive();
    assertThat(backlogs.get(1).ageNanos()).isPositive();
    FakeCluster.Outcome wrong = cluster.ask(FakeCluster.commitProxy(0), new Ping(List.of(3)));
    FakeCluster.Outcome right = cluster.ask(FakeCluster.commitProxy(0), new Ping(List.of(1)));
    cluster.world.runMillis(10);
    assertRefused(wrong, ErrorCode.MALFORMED_REQUEST);
    assertThat(((Pong) right.reply).backlogs().get(1)).isEqualTo(new LogBacklog(0, 0, false));
    int pushed = cluster.logs.get(1).received.size();
    cluster.logs.get(1).silent = false;
    committed(commitAndRun(cluster, 0, "d"));
    cluster.world.runMillis(5_000);
    assertThat(cluster.logs.get(1).received).hasSize(pushed);
    // With one more that stops there are too few.
    cluster.logs.get(2).stopped = true;
    cluster.commit(set("e", "1"));
    cluster.world.runMillis(100);
    assertThat(cluster.world.probes).contains("commit-proxy.epoch-ended");
  }

  @Test
  void theControllerIsToldWhoDoesNotAnswerAndHowLongOthersTake() {
    FakeCluster cluster = new FakeCluster(25, FakeCluster.Shape.small().logs(3, 3, 1));
    assertThat(((Pong) ping(cluster, 0)).peers()).isEmpty();
    cluster.logs.get(1).silent = true;
    cluster.world.runMillis(PeerPings.SAMPLES * 1_000L);
    List<PeerRoundTrip> peers = ((Pong) ping(cluster, 0)).peers();
    assertThat(peers).hasSize(5).extracting(PeerRoundTrip::process).contains("log0").isSorted();
    for (PeerRoundTrip peer : peers) {
      assertThat(peer.isUnreachable()).isEqualTo(peer.process().equals("log1"));
      assertThat(peer.nanos()).isLessThan(PeerPings.PERIOD_NANOS);
    }
    cluster.logs.get(1).silent = false;
    cluster.world.runMillis(PeerPings.SAMPLES * 1_000L);
    assertThat(((Pong) ping(cluster, 0)).peers()).noneMatch(PeerRoundTrip::isUnreachable);
  }

  @Test
  void oneMoreStoppedLogServerEndsTheServiceWithoutAnAnswer() {
    FakeCluster cluster = new FakeCluster(24, FakeCluster.Shape.small().logs(3, 3, 1));
    committed(commitAndRun(cluster, 0, "a"));
    cluster.logs.get(1).stopped = true;
    cluster.logs.get(2).stopped = true;
    FakeCluster.Outcome inFlight = cluster.commit(set("b", "1"));
    cluster.world.runMillis(100);
    assertThat(cluster.world.probes).contains("commit-proxy.epoch-ended");
    FakeCluster.Outcome late = cluster.commit(set("c", "1"));
    cluster.world.runMillis(10_000);
    assertThat(late.isOpen()).isTrue();
    int pushed = cluster.logs.get(0).received.size();
    cluster.world.runMillis(10_000);
    assertThat(cluster.logs.get(0).received).hasSize(pushed);
    // Either enough others had it before the proxy learned of the end, or it is never answered.
    if (!inFlight.isOpen()) {
      committed(inFlight);
    }
    FakeCluster.Outcome ping = cluster.ask(FakeCluster.commitProxy(0), new Ping());
    cluster.world.runMillis(10);
    assertThat(ping.reply).isInstanceOf(Pong.class);
  }

  @Test
  void theProxyThatHasCommittedAnotherConfigurationAsksForTheNextEpoch() {
    FakeCluster cluster = new FakeCluster(27, FakeCluster.Shape.small().commitProxies(2));
    Bytes other = Keys.CONF_PREFIX.concat(key("colour"));
    committed(cluster.commitAndRun(1, blind(Mutation.set(other, key("red")))));
    committed(cluster.commitAndRun(1, blind(Mutation.set(Setting.LOGS.key(), key("2")))));
    assertThat(ping(cluster, 1)).isInstanceOf(Refused.class);
    assertThat(((Refused) ping(cluster, 1)).code()).isEqualTo(ErrorCode.CONFIGURATION_CHANGED);
    committed(cluster.commitAndRun(0, set("a", "1")));
    // It has applied the change too, but does not know whether that is committed.
    assertThat(ping(cluster, 0)).isInstanceOf(Pong.class);
    // The same once more is no change, and a proxy that is to end serves on until then.
    committed(cluster.commitAndRun(0, blind(Mutation.set(Setting.LOGS.key(), key("2")))));
    assertThat(ping(cluster, 0)).isInstanceOf(Pong.class);
    committed(cluster.commitAndRun(1, set("b", "1")));
    Bytes end = Keys.afterPrefix(Keys.CONF_PREFIX);
    committed(cluster.commitAndRun(0, blind(Mutation.clearRange(Keys.CONF_PREFIX, end))));
    assertThat(ping(cluster, 0)).isInstanceOf(Refused.class);
  }

  private static Message ping(FakeCluster cluster, int proxy) {
    FakeCluster.Outcome ping = cluster.ask(FakeCluster.commitProxy(proxy), new Ping());
    cluster.world.runMillis(10);
    return ping.failure != null
        ? new Refused(ping.failure.code(), ping.failure.detail())
        : ping.reply;
  }

  @Test
  void renewsTheMetadataInTheLogAndPopsWhatLiesBefore() {
    FakeCluster.Shape shape = FakeCluster.Shape.small().logs(4, 2, 0).commitProxies(2);
    FakeCluster cluster = new FakeCluster(25, shape);
    Bytes conf = Keys.CONF_PREFIX.concat(key("x"));
    committed(cluster.commitAndRun(1, blind(Mutation.set(conf, key("1")))));
    cluster.world.runMillis(61_000);
    long version = committed(commitAndRun(cluster, 0, "a")).version();
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
    long next = committed(commitAndRun(cluster, 0, "b")).version();
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
    assertRefused(cluster.askAndRun(inverted), ErrorCode.INVERTED_RANGE);
    assertRefused(cluster.askAndRun(none), ErrorCode.MALFORMED_REQUEST);
  }

  private static List<ShardLocation> locations(
      FakeCluster cluster, String begin, String end, int limit, boolean reverse) {
    KeyRange range = new KeyRange(key(begin), key(end));
    FakeCluster.Outcome outcome = cluster.askAndRun(new GetKeyLocations(range, limit, reverse));
    return ((KeyLocations) outcome.reply).shards();
  }

  @Test
  void answersPingAndStatusAndRefusesWhatIsNotForIt() {
    FakeCluster cluster = new FakeCluster(27, FakeCluster.Shape.small());
    assertThat(cluster.askAndRun(new Ping()).reply).isInstanceOf(Pong.class);
    RoleStatus status = (RoleStatus) cluster.askAndRun(new GetRoleStatus()).reply;
    assertThat(status.role()).isEqualTo("commit-proxy");
    assertRefused(cluster.askAndRun(new GetReadVersion(false)), ErrorCode.MALFORMED_REQUEST);
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
    bad.forEach(outcome -> assertRefused(outcome, ErrorCode.MALFORMED_REQUEST));
    committed(good);
  }
}
