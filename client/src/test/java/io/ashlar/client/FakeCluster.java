package io.ashlar.client;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.core.ReadVersions;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetLeader;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.Message;
import io.ashlar.message.Nominee;
import io.ashlar.message.RangeRead;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.Refused;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.TransactionCommitted;
import io.ashlar.message.Values;
import io.ashlar.message.WatchFired;
import io.ashlar.message.WatchValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Controller, proxies, resolver and storage in one, over a map that keeps every version. What it
 * decides is obviously right; what the network does to it is the test's affair.
 */
final class FakeCluster {
  private static final Candidate LEADER =
      new Candidate(new Uid(5, 5), new Address("cluster", 1), 0);

  /** Of the cluster, all in one process. */
  static final CoordinatorSet COORDINATORS =
      new CoordinatorSet(new Uid(6, 6), List.of(new Address("cluster", 3)));

  private static final long VERSIONS_PER_COMMIT = 10;

  /** A transaction that was accepted. */
  record Committed(long version, List<KeyRange> writes, CommitTransaction request) {}

  private record Watch(WatchValue request, Consumer<Message> reply) {}

  private final FakeWorld world;
  private final NavigableMap<Long, NavigableMap<Bytes, Bytes>> versions = new TreeMap<>();
  final List<Committed> committed = new ArrayList<>();
  final List<CommitTransaction> commitRequests = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<Consumer<Message>> viewPolls = new ArrayList<>();
  private final NavigableMap<Bytes, List<Integer>> shards =
      new TreeMap<>(Map.of(Keys.FIRST, List.of(1)));

  private long epoch = 1;
  private Uid databaseId = new Uid(1, 1);
  private long sequence = 1;
  private long version = 1_000_000;
  private long recoveryTransaction = version;
  private boolean available = true;
  int readVersionsAsked;

  /** So far are read versions behind what is committed in the log. */
  long unreported;

  /** What is below is too old for a read of values. */
  long oldest;

  int valuesFrames;
  int valuesKeys;

  /** Refuses the next commits with these. */
  final List<ErrorCode> refusals = new ArrayList<>();

  /** Storage requests are refused with this unless null. */
  ErrorCode storageRefusal;

  FakeCluster(FakeWorld world) {
    this.world = world;
    versions.put(version, new TreeMap<>());
  }

  long version() {
    return version;
  }

  NavigableMap<Bytes, Bytes> data() {
    return versions.lastEntry().getValue();
  }

  /** Puts a row there as another client would. */
  void put(String key, String value) {
    NavigableMap<Bytes, Bytes> next = new TreeMap<>(data());
    next.put(Bytes.utf8(key), Bytes.utf8(value));
    apply(next, List.of(KeyRange.ofKey(Bytes.utf8(key))), null);
  }

  /** Versions go on without any commit. */
  void pass(long count) {
    version += count;
    versions.put(version, data());
  }

  /** Clears idempotency ids as a commit proxy does. */
  void expireIds(long below) {
    NavigableMap<Bytes, Bytes> next = new TreeMap<>(data());
    for (Mutation mutation : Mutations.decode(IdempotencyIds.expire(below))) {
      apply(next, mutation, version, new ArrayList<>());
    }
    apply(next, List.of(), null);
  }

  void remove(String key) {
    NavigableMap<Bytes, Bytes> next = new TreeMap<>(data());
    next.remove(Bytes.utf8(key));
    apply(next, List.of(KeyRange.ofKey(Bytes.utf8(key))), null);
  }

  /** From now on keys from {@code begin} on belong to the servers with these tags, 1 to 3. */
  void assign(String begin, Integer... tags) {
    shards.put(Bytes.utf8(begin), List.of(tags));
  }

  /** Storage servers by tag: how long they take to answer; those of {@link #NEVER} do not. */
  final NavigableMap<Integer, Long> answerNanos = new TreeMap<>();

  static final long NEVER = Long.MAX_VALUE;

  /** Storage servers by tag: what they refuse every read with. */
  final NavigableMap<Integer, ErrorCode> refusalsByTag = new TreeMap<>();

  /** Storage servers by tag: keys in damaged blocks of their files. */
  final NavigableMap<Integer, Set<String>> damagedByTag = new TreeMap<>();

  /** Requests to storage servers by tag. */
  final NavigableMap<Integer, Integer> requestsByTag = new TreeMap<>();

  /** The epoch whose proxies have ended and answer nobody, though their processes live. */
  long silentProxiesEpoch = -1;

  /** What those have been asked. */
  int unansweredByProxies;

  /** The epoch ends, and the next one begins after a while. */
  void recover(long afterNanos) {
    available = false;
    epoch++;
    sequence = 1;
    world.schedule(
        afterNanos,
        () -> {
          available = true;
          version += Limits.RECOVERY_JUMP_VERSIONS;
          recoveryTransaction = version;
          versions.put(version, data());
          publish();
        });
  }

  void publish() {
    List<Consumer<Message>> polls = new ArrayList<>(viewPolls);
    viewPolls.clear();
    polls.forEach(poll -> poll.accept(view()));
  }

  /** Another database takes the place of this one. */
  void replaceDatabase() {
    databaseId = new Uid(2, 2);
  }

  private ClusterView view() {
    List<StorageAddress> storages = new ArrayList<>();
    for (int tag = 1; tag <= 3; tag++) {
      storages.add(new StorageAddress(tag, new Uid(7, tag), new Address("storage", 100 + tag)));
    }
    return new ClusterView(
        databaseId,
        epoch,
        sequence,
        List.of(new Address("cluster", 10 * epoch), new Address("cluster", 10 * epoch + 1)),
        List.of(new Address("cluster", 10 * epoch + 2), new Address("cluster", 10 * epoch + 3)),
        List.of(),
        storages,
        new StoreTime(recoveryTransaction, 0),
        Limits.WINDOW_VERSIONS);
  }

  private static Refused refused(ErrorCode code) {
    return new Refused(code, "");
  }

  void handle(Address to, Message message, Consumer<Message> reply) {
    if (message instanceof GetLeader request) {
      onGetLeader(request, reply);
      return;
    }
    if (message instanceof GetClusterView request) {
      onGetClusterView(request, reply);
      return;
    }
    if (to.process().equals("storage")) {
      onStorage((int) to.endpoint() - 100, message, reply);
      return;
    }
    if (silentProxiesEpoch == to.endpoint() / 10) {
      unansweredByProxies++;
      return;
    }
    if (to.endpoint() / 10 != epoch || !available) {
      reply.accept(refused(ErrorCode.BROKEN_PROMISE));
      return;
    }
    switch (message.kind()) {
      case GET_READ_VERSION -> {
        readVersionsAsked++;
        reply.accept(new ReadVersion(version - unreported, 0));
        if (((GetReadVersion) message).causalReadRisky()) {
          world.probes.merge("fake.risky", 1, Integer::sum);
        }
      }
      case GET_KEY_LOCATIONS -> reply.accept(locations((GetKeyLocations) message));
      case COMMIT_TRANSACTION -> reply.accept(commit((CommitTransaction) message));
      default -> throw new AssertionError("not expected: " + message);
    }
  }

  /** The one coordinator, whose nominee is always the same. */
  private void onGetLeader(GetLeader request, Consumer<Message> reply) {
    Nominee nominee = new Nominee(LEADER, CoordinatorSet.NONE);
    if (request.knownChangeId().equals(LEADER.changeId())) {
      world.schedule(1_000 * FakeWorld.MILLI, () -> reply.accept(nominee));
    } else {
      reply.accept(nominee);
    }
  }

  private void onGetClusterView(GetClusterView request, Consumer<Message> reply) {
    if (available && view().isNewerThan(request.epoch(), request.sequence())) {
      reply.accept(view());
      return;
    }
    viewPolls.add(reply);
    world.schedule(
        1_000 * FakeWorld.MILLI,
        () -> {
          if (viewPolls.remove(reply)) {
            reply.accept(available ? view() : refused(ErrorCode.TIMED_OUT));
          }
        });
  }

  private KeyLocations locations(GetKeyLocations request) {
    List<ShardLocation> found = new ArrayList<>();
    for (Bytes begin : shards.keySet()) {
      Bytes next = shards.higherKey(begin);
      KeyRange range = new KeyRange(begin, next == null ? Keys.SYSTEM_END : next);
      if (range.intersects(request.range())) {
        found.add(new ShardLocation(range, shards.get(begin)));
      }
    }
    if (request.reverse()) {
      found.sort(Comparator.comparing((ShardLocation s) -> s.range().begin()).reversed());
    }
    return new KeyLocations(found.subList(0, Math.min(request.limit(), found.size())));
  }

  // ---- commits

  private Message commit(CommitTransaction request) {
    commitRequests.add(request);
    if (!refusals.isEmpty()) {
      return refused(refusals.remove(0));
    }
    List<KeyRange> reads = KeyRanges.decode(request.readConflicts());
    if (!reads.isEmpty() && request.readVersion() < recoveryTransaction) {
      return refused(ErrorCode.TRANSACTION_TOO_OLD);
    }
    for (Committed other : committed) {
      if (other.version > request.readVersion() && intersect(reads, other.writes)) {
        return refused(ErrorCode.NOT_COMMITTED);
      }
    }
    long commitVersion = version + VERSIONS_PER_COMMIT;
    List<KeyRange> writes = new ArrayList<>(KeyRanges.decode(request.writeConflicts()));
    NavigableMap<Bytes, Bytes> next = new TreeMap<>(data());
    for (Mutation mutation : Mutations.decode(request.mutations())) {
      apply(next, mutation, commitVersion, writes);
    }
    if (!request.id().isEmpty()) {
      next.put(
          IdempotencyIds.rowKey(commitVersion, 0), request.id().concat(Bytes.wrap(new byte[2])));
    }
    apply(next, writes, request);
    return new TransactionCommitted(version, 0);
  }

  private static boolean intersect(List<KeyRange> reads, List<KeyRange> writes) {
    for (KeyRange read : reads) {
      for (KeyRange write : writes) {
        if (read.intersects(write)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void apply(
      NavigableMap<Bytes, Bytes> rows, Mutation mutation, long version, List<KeyRange> writes) {
    switch (mutation.type()) {
      case SET -> rows.put(mutation.first(), mutation.second());
      case CLEAR_RANGE -> rows.subMap(mutation.first(), true, mutation.second(), false).clear();
      case SET_VERSIONSTAMPED_KEY -> {
        Bytes key = stamped(mutation.first(), version);
        rows.put(key, mutation.second());
        writes.add(KeyRange.ofKey(key));
      }
      case SET_VERSIONSTAMPED_VALUE ->
          rows.put(mutation.first(), stamped(mutation.second(), version));
      default -> {
        Bytes value =
            AtomicOps.apply(mutation.type(), rows.get(mutation.first()), mutation.second());
        if (value == null) {
          rows.remove(mutation.first());
        } else {
          rows.put(mutation.first(), value);
        }
      }
    }
  }

  private static Bytes stamped(Bytes unfilled, long version) {
    int position = (int) Legality.stampPosition(unfilled);
    byte[] filled = Legality.withoutPosition(unfilled).toArray();
    for (int i = 0; i < 8; i++) {
      filled[position + i] = (byte) (version >>> (56 - 8 * i));
    }
    filled[position + 8] = 0;
    filled[position + 9] = 0;
    return Bytes.wrap(filled);
  }

  private void apply(
      NavigableMap<Bytes, Bytes> next, List<KeyRange> writes, CommitTransaction request) {
    version += VERSIONS_PER_COMMIT;
    versions.put(version, next);
    committed.add(new Committed(version, writes, request));
    for (Watch watch : List.copyOf(watches)) {
      fire(watch);
    }
  }

  /** Committed transactions that had mutations of a type. */
  long countCommitted(MutationType type) {
    return committed.stream()
        .filter(c -> c.request != null)
        .filter(
            c -> Mutations.decode(c.request.mutations()).stream().anyMatch(m -> m.type() == type))
        .count();
  }

  // ---- storage

  private boolean owns(int tag, KeyRange range) {
    Bytes at = range.begin();
    while (at.compareTo(range.end()) < 0) {
      Map.Entry<Bytes, List<Integer>> shard = shards.floorEntry(at);
      if (!shard.getValue().contains(tag)) {
        return false;
      }
      Bytes next = shards.higherKey(at);
      at = next == null ? range.end() : next;
    }
    return true;
  }

  private void onStorage(int tag, Message message, Consumer<Message> reply) {
    requestsByTag.merge(tag, 1, Integer::sum);
    long nanos = answerNanos.getOrDefault(tag, 0L);
    if (nanos == 0) {
      answer(tag, message, reply);
    } else if (nanos != NEVER) {
      world.schedule(nanos, () -> answer(tag, message, reply));
    }
  }

  private void answer(int tag, Message message, Consumer<Message> reply) {
    ErrorCode refusal = refusalsByTag.get(tag);
    if (refusal != null) {
      reply.accept(refused(refusal));
      return;
    }
    if (storageRefusal != null && !(message instanceof WatchValue)) {
      reply.accept(refused(storageRefusal));
      return;
    }
    switch (message.kind()) {
      case GET_VALUES -> reply.accept(values(tag, (GetValues) message));
      case GET_RANGE -> reply.accept(range(tag, (GetRange) message));
      case GET_KEY -> reply.accept(key(tag, (GetKey) message));
      case WATCH_VALUE -> onWatch(tag, new Watch((WatchValue) message, reply));
      default -> throw new AssertionError("not expected: " + message);
    }
  }

  /** Storage servers by tag: what they know to be committed, unless that is all there is. */
  final NavigableMap<Integer, Long> knownCommittedByTag = new TreeMap<>();

  private long knownCommitted(int tag) {
    return knownCommittedByTag.getOrDefault(tag, version);
  }

  private long asked(int tag, long readVersion) {
    return readVersion == ReadVersions.KNOWN_COMMITTED ? knownCommitted(tag) : readVersion;
  }

  private NavigableMap<Bytes, Bytes> at(long readVersion) {
    return versions.floorEntry(readVersion).getValue();
  }

  private Message values(int tag, GetValues request) {
    valuesFrames++;
    valuesKeys += request.keys().size();
    long readVersion = asked(tag, request.version());
    if (readVersion > version) {
      return refused(ErrorCode.FUTURE_VERSION);
    }
    if (readVersion < oldest) {
      return refused(ErrorCode.TRANSACTION_TOO_OLD);
    }
    List<Bytes> found = new ArrayList<>();
    for (Bytes key : request.keys()) {
      if (!owns(tag, KeyRange.ofKey(key))) {
        return refused(ErrorCode.WRONG_SHARD_SERVER);
      }
      if (damagedByTag.getOrDefault(tag, Set.of()).contains(key.utf8())) {
        return refused(ErrorCode.FILE_CORRUPT);
      }
      found.add(at(readVersion).get(key));
    }
    return new Values(readVersion, knownCommitted(tag), found);
  }

  private Message range(int tag, GetRange request) {
    if (!owns(tag, request.range())) {
      return refused(ErrorCode.WRONG_SHARD_SERVER);
    }
    long readVersion = asked(tag, request.version());
    NavigableMap<Bytes, Bytes> rows =
        at(readVersion).subMap(request.range().begin(), true, request.range().end(), false);
    List<KeyValue> found = new ArrayList<>();
    int bytes = 0;
    boolean more = false;
    for (Map.Entry<Bytes, Bytes> row :
        (request.reverse() ? rows.descendingMap() : rows).entrySet()) {
      if (found.size() >= request.rowsMax() || bytes >= request.bytesMax()) {
        more = true;
        break;
      }
      found.add(new KeyValue(row.getKey(), row.getValue()));
      bytes += row.getKey().length() + row.getValue().length();
    }
    return new RangeRead(readVersion, knownCommitted(tag), found, more);
  }

  private Message key(int tag, GetKey request) {
    if (!owns(tag, request.shard())) {
      return refused(ErrorCode.WRONG_SHARD_SERVER);
    }
    long readVersion = asked(tag, request.version());
    KeySelector selector = request.selector();
    Bytes origin = selector.orEqual() ? Keys.after(selector.key()) : selector.key();
    boolean forward = selector.offset() > 0;
    KeyRange shard = request.shard();
    NavigableMap<Bytes, Bytes> rows =
        at(readVersion).subMap(shard.begin(), true, shard.end(), false);
    int left = forward ? selector.offset() : 1 - selector.offset();
    for (Bytes key :
        forward
            ? rows.tailMap(origin, true).keySet()
            : rows.headMap(origin, false).descendingKeySet()) {
      if (--left == 0) {
        return new KeyResolved(
            readVersion, knownCommitted(tag), true, KeySelector.firstGreaterOrEqual(key));
      }
    }
    Bytes next = forward ? shard.end() : shard.begin();
    KeySelector rest = new KeySelector(next, false, forward ? left : 1 - left);
    return new KeyResolved(readVersion, knownCommitted(tag), false, rest);
  }

  private void onWatch(int tag, Watch watch) {
    if (!owns(tag, KeyRange.ofKey(watch.request.key()))) {
      watch.reply.accept(refused(ErrorCode.WRONG_SHARD_SERVER));
      return;
    }
    watches.add(watch);
    fire(watch);
    world.schedule(
        30_000 * FakeWorld.MILLI,
        () -> {
          if (watches.remove(watch)) {
            watch.reply.accept(refused(ErrorCode.TIMED_OUT));
          }
        });
  }

  private void fire(Watch watch) {
    Bytes now = data().get(watch.request.key());
    boolean same =
        now == null ? watch.request.expected() == null : now.equals(watch.request.expected());
    if (!same && watches.remove(watch)) {
      watch.reply.accept(new WatchFired(version));
    }
  }
}
