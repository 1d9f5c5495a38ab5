package io.ashlar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.ShardMap;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.Ping;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolverShare;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;

/** An epoch with the proxies under test and fakes for everything else. */
final class FakeCluster {
  static final long RT = 200_000_000L;
  static final long WINDOW = 5_000_000L;
  static final Address CLIENT = new Address("client", 1);
  static final StoreTime STORE_TIME = new StoreTime(RT, 1_700_000_000_000L);

  /** What may vary. */
  record Shape(
      int logCount,
      int replication,
      int antiQuorum,
      List<Bytes> resolverSplits,
      int commitProxyCount,
      List<KeyValue> shards,
      CommitProxyOptions options) {
    static Shape small() {
      return new Shape(1, 1, 0, List.of(), 1, oneShard(), CommitProxyOptions.defaults());
    }

    Shape logs(int count, int copies, int quorum) {
      return new Shape(count, copies, quorum, resolverSplits, commitProxyCount, shards, options);
    }

    Shape resolvers(Bytes... splits) {
      return new Shape(
          logCount, replication, antiQuorum, List.of(splits), commitProxyCount, shards, options);
    }

    Shape commitProxies(int count) {
      return new Shape(logCount, replication, antiQuorum, resolverSplits, count, shards, options);
    }

    Shape shards(List<KeyValue> rows) {
      return new Shape(
          logCount, replication, antiQuorum, resolverSplits, commitProxyCount, rows, options);
    }

    Shape options(CommitProxyOptions other) {
      return new Shape(
          logCount, replication, antiQuorum, resolverSplits, commitProxyCount, shards, other);
    }

    private static List<KeyValue> oneShard() {
      return List.of(shard("", 1));
    }
  }

  final FakeWorld world;
  final FakeSequencer sequencer;
  final List<FakeResolver> resolvers = new ArrayList<>();
  final List<FakeLog> logs = new ArrayList<>();
  final List<CommitProxy> commitProxies = new ArrayList<>();
  final LogGeneration generation;

  FakeCluster(long seed, Shape shape) {
    world = new FakeWorld(seed);
    sequencer = new FakeSequencer(world, RT);
    List<LogMember> members = new ArrayList<>();
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < shape.logCount(); i++) {
      FakeLog log = new FakeLog(world, i, RT);
      logs.add(log);
      addresses.add(log.address);
      members.add(new LogMember(new Uid(7, i), "zone" + i));
    }
    generation = new LogGeneration(3, 0, 100, RT, members, shape.replication(), shape.antiQuorum());
    LogSet set = new LogSet(generation, addresses);
    List<ResolverShare> shares = new ArrayList<>();
    Bytes begin = Keys.FIRST;
    for (int i = 0; i <= shape.resolverSplits().size(); i++) {
      boolean isLast = i == shape.resolverSplits().size();
      Bytes end = isLast ? Keys.SYSTEM_END : shape.resolverSplits().get(i);
      FakeResolver resolver = new FakeResolver(world, i, RT, WINDOW);
      resolvers.add(resolver);
      shares.add(new ResolverShare(resolver.address, new KeyRange(begin, end)));
      begin = end;
    }
    for (int i = 0; i < shape.commitProxyCount(); i++) {
      RecruitCommitProxy recruit =
          new RecruitCommitProxy(
              Uid.NONE,
              3,
              new Uid(9, i),
              i,
              FakeSequencer.ADDRESS,
              shares,
              set,
              WINDOW,
              shape.shards());
      CommitProxy proxy = new CommitProxy(world.host(commitProxy(i)), recruit, shape.options());
      commitProxies.add(proxy);
      world.start(commitProxy(i), proxy);
    }
    ReadVersionProxy proxy =
        new ReadVersionProxy(
            world.host(READ_VERSION_PROXY),
            new RecruitReadVersionProxy(
                Uid.NONE, 3, new Uid(8, 0), FakeSequencer.ADDRESS, set, STORE_TIME),
            ReadVersionProxyOptions.defaults());
    world.start(READ_VERSION_PROXY, proxy);
    world.afterStep = () -> commitProxies.forEach(CommitProxy::checkInvariants);
  }

  static final Address READ_VERSION_PROXY = new Address("reads", 40);

  static Address commitProxy(int index) {
    return new Address("proxy" + index, 50 + index);
  }

  static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  static KeyValue shard(String begin, int... tags) {
    return new KeyValue(ShardMap.keyFor(key(begin)), ShardMap.encodeTeam(tags));
  }

  /** What became of a request. */
  static final class Outcome implements ReplyHandler<Message> {
    Message reply;
    Failure failure;
    long atNanos;

    /** Runs when the answer comes. */
    Runnable onReply = () -> {};

    private final FakeWorld world;

    Outcome(FakeWorld world) {
      this.world = world;
    }

    boolean isOpen() {
      return reply == null && failure == null;
    }

    /** That of a commit which went through. */
    TransactionCommitted committed() {
      assertThat(failure).isNull();
      assertThat(reply).isInstanceOf(TransactionCommitted.class);
      return (TransactionCommitted) reply;
    }

    void assertRefused(ErrorCode code) {
      assertThat(reply).isNull();
      assertThat(failure).isNotNull();
      assertThat(failure.code()).isEqualTo(code);
    }

    @Override
    public void onReply(Message message) {
      reply = message;
      atNanos = world.nowNanos();
      onReply.run();
    }

    @Override
    public void onFailure(Failure why) {
      failure = why;
      atNanos = world.nowNanos();
    }
  }

  Outcome ask(Address to, Message request) {
    Outcome outcome = new Outcome(world);
    world.network(CLIENT).request(to, request, Message.class, 3_600_000_000_000L, outcome);
    return outcome;
  }

  Outcome commit(CommitTransaction transaction) {
    return commit(0, transaction);
  }

  Outcome commit(int proxy, CommitTransaction transaction) {
    return ask(commitProxy(proxy), transaction);
  }

  Outcome commitAndRun(int proxy, CommitTransaction transaction) {
    Outcome outcome = commit(proxy, transaction);
    world.runMillis(50);
    return outcome;
  }

  /** Asks the first commit proxy. */
  Outcome askAndRun(Message request) {
    Outcome outcome = ask(commitProxy(0), request);
    world.runMillis(10);
    return outcome;
  }

  /** What a commit proxy tells the controller, or why it does not. */
  Message ping(int proxy) {
    Outcome ping = ask(commitProxy(proxy), new Ping());
    world.runMillis(10);
    return ping.failure != null
        ? new Refused(ping.failure.code(), ping.failure.detail())
        : ping.reply;
  }

  static CommitTransaction blind(Mutation... mutations) {
    return transaction(RT, List.of(), List.of(), mutations);
  }

  static CommitTransaction transaction(
      long readVersion, List<KeyRange> reads, List<KeyRange> writes, Mutation... mutations) {
    return new CommitTransaction(
        readVersion,
        KeyRanges.encode(reads),
        KeyRanges.encode(writes),
        Mutations.encode(List.of(mutations)));
  }

  static CommitTransaction withId(CommitTransaction transaction, Bytes id) {
    return new CommitTransaction(
        transaction.readVersion(),
        transaction.readConflicts(),
        transaction.writeConflicts(),
        transaction.mutations(),
        id);
  }

  static CommitTransaction set(String key, String value) {
    Mutation mutation = Mutation.set(key(key), key(value));
    return transaction(RT, List.of(), List.of(KeyRange.ofKey(key(key))), mutation);
  }
}
