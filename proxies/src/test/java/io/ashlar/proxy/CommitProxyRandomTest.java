package io.ashlar.proxy;

import static io.ashlar.proxy.FakeCluster.WINDOW;
import static io.ashlar.proxy.FakeCluster.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.ShardMap;
import io.ashlar.core.ShardOrders;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Tags;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drawn clusters, options, transactions and faults; then the faults end, every client has its
 * answer, and the log must hold exactly what was acknowledged, under the tags that a plain model of
 * the metadata gives.
 */
final class CommitProxyRandomTest {
  private record Sent(CommitTransaction transaction, FakeCluster.Outcome outcome) {}

  private SeededRandom random;
  private FakeCluster cluster;
  private FakeCluster.Shape shape;
  private final List<Sent> sent = new ArrayList<>();
  private int expired;
  private final TreeSet<String> fired = new TreeSet<>();
  private boolean isForced;

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seed <= 60; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theLogHoldsExactlyWhatWasAcknowledged(long seed) {
    run(seed);
    checkAll(seed);
  }

  /** All fault points but those that end a proxy, which then answers nobody. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theLogHoldsExactlyWhatWasAcknowledgedWhileRareBranchesAreForced(long seed) {
    isForced = true;
    run(seed);
    checkAll(seed);
  }

  @Test
  void everyFaultPointOfACommitProxyFiresInSomeRun() {
    isForced = true;
    for (long seed = 1; seed <= 20; seed++) {
      sent.clear();
      run(seed);
    }
    assertThat(fired)
        .contains(
            "commit-proxy.ask-live-version",
            "commit-proxy.batch-of-one",
            "commit-proxy.close-later",
            "commit-proxy.empty-batch",
            "commit-proxy.expire-ids",
            "commit-proxy.idle-push-at-once",
            "commit-proxy.leave-metadata-out",
            "commit-proxy.narrow-lane",
            "commit-proxy.refuse",
            "commit-proxy.renew-metadata",
            "commit-proxy.resend-pushes",
            "proxy.repeat-request",
            "read-version-proxy.close-early",
            "read-version-proxy.distrust-confirmation",
            "read-version-proxy.refuse");
  }

  @Test
  void idsExpireInSomeRun() {
    for (long seed = 1; seed <= 10; seed++) {
      sent.clear();
      run(seed);
      checkAll(seed);
    }
    assertThat(expired).isGreaterThan(10);
  }

  private void checkAll(long seed) {
    for (Sent one : sent) {
      assertThat(one.outcome().isOpen()).as("unanswered at seed %d", seed).isFalse();
      if (one.outcome().failure != null) {
        assertThat(one.outcome().failure.code())
            .isIn(
                ErrorCode.NOT_COMMITTED,
                ErrorCode.TRANSACTION_TOO_OLD,
                ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED);
      }
    }
    checkChains();
    checkTags();
  }

  @ParameterizedTest
  @MethodSource("fewSeeds")
  void theSameSeedGivesTheSameRun(long seed) {
    run(seed);
    List<String> first = List.copyOf(cluster.world.traces);
    sent.clear();
    run(seed);
    assertThat(cluster.world.traces).isEqualTo(first);
  }

  static List<Long> fewSeeds() {
    return List.of(3L, 14L, 15L);
  }

  private void run(long seed) {
    random = new SeededRandom(seed).fork("workload");
    shape = drawShape();
    cluster = new FakeCluster(seed, shape);
    cluster.world.delayMaxNanos = 1 + random.nextLong(random.nextBoolean() ? 50_000 : 2_000_000);
    if (isForced) {
      SeededRandom draws = random.fork("fault points");
      int perMillion = 1 + draws.nextInt(draws.nextBoolean() ? 300_000 : 20_000);
      cluster.world.forced =
          point -> {
            boolean fires = !point.endsWith("break-off") && draws.chance(perMillion);
            if (fires) {
              fired.add(point);
            }
            return fires;
          };
    }
    if (random.nextInt(3) == 0) {
      cluster.sequencer.step =
          before -> 1 + cluster.world.random.nextLong(random.nextInt(4) == 0 ? WINDOW : 10_000);
    }
    for (FakeLog log : cluster.logs) {
      log.onPush = this::checkPush;
    }
    int rounds = 20 + random.nextInt(60);
    for (int i = 0; i < rounds; i++) {
      for (int t = random.nextInt(6); t > 0; t--) {
        send();
      }
      if (random.nextInt(4) == 0) {
        askForReadVersion();
      }
      if (random.nextInt(5) == 0) {
        fault();
      }
      cluster.world.run(random.nextLong(2_000_000));
    }
    heal();
    cluster.world.forced = point -> false;
    cluster.world.runMillis(25_000);
    // One of the empty batches of idle proxies may just be under way.
    for (int i = 0; i < 500 && !everyLogHasEveryVersion(); i++) {
      cluster.world.runMillis(1);
    }
  }

  private boolean everyLogHasEveryVersion() {
    return cluster.logs.stream()
        .allMatch(log -> log.chain.size() == cluster.sequencer.versions.size());
  }

  private FakeCluster.Shape drawShape() {
    int logCount = 1 + random.nextInt(5);
    int replication = 1 + random.nextInt(logCount);
    int antiQuorum = replication >= 3 && random.nextBoolean() ? 1 : 0;
    List<Bytes> splits = new ArrayList<>();
    for (String split : List.of("c", "f")) {
      if (random.nextBoolean()) {
        splits.add(key(split));
      }
    }
    List<KeyValue> shards = new ArrayList<>(List.of(FakeCluster.shard("", 1)));
    if (random.nextBoolean()) {
      shards.add(FakeCluster.shard("d", 2, 3));
    }
    return new FakeCluster.Shape(
        logCount, replication, antiQuorum, splits, 1 + random.nextInt(3), shards, drawOptions());
  }

  private CommitProxyOptions drawOptions() {
    CommitProxyOptions usual = CommitProxyOptions.defaults();
    return new CommitProxyOptions(
        random.nextBoolean() ? 5 : usual.queueCountMax(),
        random.nextBoolean() ? 500 : usual.queueBytesMax(),
        random.nextBoolean() ? 1 + random.nextInt(4) : usual.batchCountMax(),
        random.nextBoolean() ? 1 + random.nextInt(200) : usual.batchBytesMax(),
        1 + random.nextInt(6),
        1 + random.nextInt(3),
        random.nextBoolean() ? 0 : random.nextLong(5_000_000),
        random.nextInt(4) == 0 ? 1 : usual.retainedBytesMax(),
        random.nextBoolean() ? 1 : usual.laneBytesMax(),
        100_000 + random.nextLong(5_000_000),
        1_000_000 + random.nextLong(1_000_000_000),
        random.nextBoolean() ? 1_000_000 : usual.renewalIntervalNanos(),
        random.nextBoolean() ? 1 : usual.renewalBytes(),
        1 + random.nextLong(4_000_000),
        usual.locationsMax(),
        1_000_000 + random.nextLong(50_000_000),
        100_000 + random.nextLong(1_000_000),
        20_000_000);
  }

  private void send() {
    CommitTransaction transaction = drawTransaction();
    FakeCluster.Outcome outcome =
        cluster.commit(random.nextInt(shape.commitProxyCount()), transaction);
    outcome.onReply =
        () -> {
          long version = ((TransactionCommitted) outcome.reply).version();
          assertThat(cluster.sequencer.live).isGreaterThanOrEqualTo(version);
          assertThat(durableAtEnough()).isGreaterThanOrEqualTo(version);
        };
    sent.add(new Sent(transaction, outcome));
  }

  /** The largest version that L − a log servers have made durable. */
  private long durableAtEnough() {
    long[] durable = cluster.logs.stream().mapToLong(log -> log.durable).sorted().toArray();
    return durable[shape.antiQuorum()];
  }

  private void checkPush(io.ashlar.message.PushLog push) {
    assertThat(push.knownCommittedVersion()).isLessThanOrEqualTo(durableAtEnough());
    assertThat(push.version()).isLessThanOrEqualTo(durableAtEnough() + WINDOW);
  }

  private void askForReadVersion() {
    long floor = cluster.sequencer.live;
    FakeCluster.Outcome outcome =
        cluster.ask(FakeCluster.READ_VERSION_PROXY, new GetReadVersion(random.nextInt(3) == 0));
    outcome.onReply =
        () -> assertThat(((ReadVersion) outcome.reply).version()).isGreaterThanOrEqualTo(floor);
  }

  private static Bytes letters(SeededRandom random) {
    byte[] text = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('a' + random.nextInt(8));
    }
    return Bytes.wrap(text);
  }

  private CommitTransaction drawTransaction() {
    List<KeyRange> reads = new ArrayList<>();
    List<KeyRange> writes = new ArrayList<>();
    List<Mutation> mutations = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Bytes at = letters(random);
      Mutation mutation = drawMutation(at);
      mutations.add(mutation);
      if (mutation.type() != MutationType.SET_VERSIONSTAMPED_KEY) {
        writes.add(mutation.affected());
      }
      if (random.nextBoolean()) {
        reads.add(KeyRange.ofKey(letters(random)));
      }
    }
    long readVersion = cluster.sequencer.live - random.nextInt(3) * random.nextLong(10_000);
    CommitTransaction drawn =
        FakeCluster.transaction(readVersion, reads, writes, mutations.toArray(Mutation[]::new));
    return random.nextInt(3) > 0
        ? drawn
        : FakeCluster.withId(drawn, IdempotencyIds.id(random.nextLong(), sent.size()));
  }

  private Mutation drawMutation(Bytes at) {
    return switch (random.nextInt(12)) {
      case 0 -> Mutation.clearRange(at, Bytes.utf8("z"));
      case 1 -> Mutation.set(Keys.CONF_PREFIX.concat(at), letters(random));
      case 2 ->
          Mutation.set(
              ShardMap.keyFor(at),
              ShardMap.encodeTeam(1 + random.nextInt(3), 4 + random.nextInt(3)));
      case 3 -> Mutation.clearRange(ShardMap.keyFor(at), Keys.after(ShardMap.keyFor(at)));
      case 4 ->
          new Mutation(
              MutationType.SET_VERSIONSTAMPED_KEY,
              at.concat(Bytes.wrap(new byte[10])).concat(Bytes.of(at.length(), 0, 0, 0)),
              letters(random));
      case 5 ->
          new Mutation(
              MutationType.SET_VERSIONSTAMPED_VALUE,
              at,
              Bytes.wrap(new byte[12]).concat(Bytes.of(2, 0, 0, 0)));
      case 6 -> new Mutation(MutationType.ADD, Keys.CONF_PREFIX.concat(at), Bytes.of(1, 0));
      case 7 -> new Mutation(MutationType.ADD, at, Bytes.of(1));
      default -> Mutation.set(at, letters(random));
    };
  }

  private void fault() {
    String proxy = "proxy" + random.nextInt(shape.commitProxyCount());
    FakeLog log = cluster.logs.get(random.nextInt(cluster.logs.size()));
    FakeResolver resolver = cluster.resolvers.get(random.nextInt(cluster.resolvers.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> cluster.world.cut(proxy, log.address.process());
      case 2 -> cluster.world.cut(proxy, resolver.address.process());
      case 3 -> cluster.world.cut(proxy, "sequencer");
      case 4 -> cluster.world.cut("reads", log.address.process());
      case 5 -> {
        log.silent = true;
        cluster.world.at(random.nextLong(300_000_000), () -> log.silent = false);
      }
      case 6 -> {
        resolver.silent = true;
        cluster.world.at(random.nextLong(100_000_000), () -> resolver.silent = false);
      }
      default -> {
        cluster.sequencer.silent = true;
        cluster.world.at(random.nextLong(100_000_000), () -> cluster.sequencer.silent = false);
      }
    }
  }

  private void heal() {
    cluster.world.runMillis(301);
  }

  private void checkChains() {
    for (FakeLog log : cluster.logs) {
      assertThat(log.chain.keySet()).containsExactlyElementsOf(cluster.sequencer.versions);
    }
  }

  /** Replays what was acknowledged over a plain model, and compares every tag at every version. */
  private void checkTags() {
    TreeMap<Long, TreeMap<Integer, CommitTransaction>> committed = new TreeMap<>();
    for (Sent one : sent) {
      if (one.outcome().reply instanceof TransactionCommitted where) {
        CommitTransaction before =
            committed
                .computeIfAbsent(where.version(), v -> new TreeMap<>())
                .put(where.batchIndex(), one.transaction());
        assertThat(before).isNull();
      }
    }
    TagPlacement placement = new TagPlacement(cluster.generation);
    TreeMap<Bytes, Bytes> rows = new TreeMap<>();
    shape.shards().forEach(row -> rows.put(row.key(), row.value()));
    List<TreeMap<Integer, TreeMap<Long, List<Mutation>>>> found = new ArrayList<>();
    for (FakeLog log : cluster.logs) {
      TreeMap<Integer, TreeMap<Long, List<Mutation>>> tags = new TreeMap<>();
      for (int tag = 0; tag <= 6; tag++) {
        tags.put(tag, log.tag(tag));
      }
      found.add(tags);
    }
    long expiredBelow = 0;
    for (long version : cluster.sequencer.versions) {
      TreeMap<Integer, List<Mutation>> expected =
          replay(rows, version, committed.getOrDefault(version, new TreeMap<>()));
      tagAll(idRows(version, committed.get(version)), rows, expected);
      List<Mutation> expiry = expiry(found, version);
      tagAll(expiry, rows, expected);
      if (!expiry.isEmpty()) {
        expiredBelow = Math.max(expiredBelow, boundOf(expiry));
      }
      for (int tag = 0; tag <= 6; tag++) {
        for (int member = 0; member < cluster.logs.size(); member++) {
          List<Mutation> there = found.get(member).get(tag).getOrDefault(version, List.of());
          List<Mutation> wanted =
              placement.holds(member, tag) ? expected.getOrDefault(tag, List.of()) : List.of();
          if (tag == Tags.METADATA) {
            there = withoutCopy(there, wanted, rows);
          }
          assertThat(there).as("tag %d at %d in log %d", tag, version, member).isEqualTo(wanted);
        }
      }
    }
    long ageVersions = WINDOW + shape.options().idLifetimeVersions();
    long lastVersion = cluster.sequencer.versions.get(cluster.sequencer.versions.size() - 1);
    for (Map.Entry<Long, TreeMap<Integer, CommitTransaction>> batch : committed.entrySet()) {
      // It may wait for those that were written until it was due, and for an idle push then.
      long last = Math.min(committed.lastKey(), batch.getKey() + ageVersions);
      boolean isOver = lastVersion >= last + ageVersions + 2 * WINDOW;
      for (CommitTransaction transaction : batch.getValue().values()) {
        if (!transaction.id().isEmpty() && isOver) {
          assertThat(batch.getKey()).isLessThan(expiredBelow);
          expired++;
        }
      }
    }
  }

  /** No batch of these runs has more ids than one row. */
  private static List<Mutation> idRows(
      long version, TreeMap<Integer, CommitTransaction> transactionsOrNull) {
    ByteWriter value = new ByteWriter(0);
    int first = -1;
    for (Map.Entry<Integer, CommitTransaction> one :
        transactionsOrNull == null
            ? List.<Map.Entry<Integer, CommitTransaction>>of()
            : transactionsOrNull.entrySet()) {
      if (!one.getValue().id().isEmpty()) {
        first = first < 0 ? one.getKey() : first;
        value.putRaw(one.getValue().id()).putByte(0).putByte(one.getKey());
      }
    }
    return first < 0
        ? List.of()
        : List.of(Mutation.set(IdempotencyIds.rowKey(version, first), value.toBytes()));
  }

  private boolean isOfIds(Mutation mutation) {
    return IdempotencyIds.RANGE.contains(mutation.first());
  }

  private static long boundOf(List<Mutation> expiry) {
    return IdempotencyIds.expiredBelow(expiry.get(expiry.size() - 1).second());
  }

  /** What a proxy itself wrote at a version: all ids that are old enough are cleared, or none. */
  private List<Mutation> expiry(
      List<TreeMap<Integer, TreeMap<Long, List<Mutation>>>> found, long version) {
    for (TreeMap<Integer, TreeMap<Long, List<Mutation>>> tags : found) {
      for (TreeMap<Long, List<Mutation>> versions : tags.values()) {
        List<Mutation> own =
            versions.getOrDefault(version, List.of()).stream()
                .filter(mutation -> isOfIds(mutation) && mutation.type() != MutationType.SET)
                .toList();
        if (!own.isEmpty()) {
          long bound = boundOf(own);
          assertThat(own).isEqualTo(Mutations.decode(IdempotencyIds.expire(bound)));
          assertThat(bound)
              .isEqualTo(version - WINDOW - shape.options().idLifetimeVersions())
              .isGreaterThanOrEqualTo(FakeCluster.RT);
          return own;
        }
      }
    }
    return List.of();
  }

  private static void tagAll(
      List<Mutation> mutations,
      TreeMap<Bytes, Bytes> rows,
      TreeMap<Integer, List<Mutation>> byTag) {
    ShardMap map = new ShardMap();
    rows.forEach((key, value) -> map.load(new KeyValue(key, value)));
    for (Mutation mutation : mutations) {
      for (int tag : map.tagsFor(mutation.affected())) {
        byTag.computeIfAbsent(tag, t -> new ArrayList<>()).add(mutation);
      }
    }
  }

  /** A renewal behind the expected mutations must be the model's rows. */
  private static List<Mutation> withoutCopy(
      List<Mutation> there, List<Mutation> wanted, Map<Bytes, Bytes> rows) {
    if (there.size() <= wanted.size()) {
      return there;
    }
    List<Mutation> copy = new ArrayList<>();
    copy.add(Mutation.clearRange(Keys.USER_END, Keys.SYSTEM_END));
    rows.forEach((key, value) -> copy.add(Mutation.set(key, value)));
    assertThat(there.subList(wanted.size(), there.size())).isEqualTo(copy);
    return there.subList(0, wanted.size());
  }

  private static TreeMap<Integer, List<Mutation>> replay(
      TreeMap<Bytes, Bytes> rows, long version, Map<Integer, CommitTransaction> transactions) {
    TreeMap<Integer, List<Mutation>> byTag = new TreeMap<>();
    transactions.forEach(
        (index, transaction) -> {
          ShardMap before = shardMap(rows);
          for (Mutation sentMutation : Mutations.decode(transaction.mutations())) {
            Mutation mutation = stamped(sentMutation, version, index);
            boolean metadata = Keys.isMetadata(mutation.first());
            if (metadata) {
              mutation = applied(rows, mutation);
            }
            ShardMap map = shardMap(rows);
            TreeSet<Integer> tags = new TreeSet<>();
            Arrays.stream(map.tagsFor(mutation.affected())).forEach(tags::add);
            if (metadata) {
              tags.add(Tags.METADATA);
            }
            for (int tag : tags) {
              byTag.computeIfAbsent(tag, t -> new ArrayList<>()).add(mutation);
            }
          }
          for (ShardOrders.Order order : ShardOrders.of(before.changesTo(shardMap(rows)))) {
            byTag.computeIfAbsent(order.tag(), t -> new ArrayList<>()).add(order.mutation());
          }
        });
    return byTag;
  }

  private static ShardMap shardMap(TreeMap<Bytes, Bytes> rows) {
    ShardMap map = new ShardMap();
    rows.forEach((key, value) -> map.load(new KeyValue(key, value)));
    return map;
  }

  private static Mutation applied(TreeMap<Bytes, Bytes> rows, Mutation mutation) {
    Bytes key = mutation.first();
    return switch (mutation.type()) {
      case SET -> {
        rows.put(key, mutation.second());
        yield mutation;
      }
      case CLEAR_RANGE -> {
        rows.subMap(key, mutation.second()).clear();
        yield mutation;
      }
      default -> {
        Bytes value =
            io.ashlar.core.AtomicOps.apply(mutation.type(), rows.get(key), mutation.second());
        rows.put(key, value);
        yield Mutation.set(key, value);
      }
    };
  }

  private static Mutation stamped(Mutation mutation, long version, int index) {
    Bytes stamp =
        new io.ashlar.core.ByteWriter(10).putLong(version).putByte(0).putByte(index).toBytes();
    return switch (mutation.type()) {
      case SET_VERSIONSTAMPED_KEY -> {
        Bytes key = mutation.first();
        int hole = key.length() - 14;
        yield Mutation.set(key.slice(0, hole).concat(stamp), mutation.second());
      }
      case SET_VERSIONSTAMPED_VALUE -> Mutation.set(mutation.first(), Bytes.of(0, 0).concat(stamp));
      default -> mutation;
    };
  }
}
