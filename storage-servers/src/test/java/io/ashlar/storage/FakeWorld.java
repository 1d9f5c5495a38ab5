package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Clock;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.Probes;
import io.ashlar.host.Readers;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.GetValues;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.StorageState;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A world of one storage server: virtual time, one queue of events, fake log servers, and requests
 * put to the server by the test. Stopping the server drops its events, as a host does.
 */
final class FakeWorld {
  static final int TAG = 1;
  static final Uid STORAGE_ID = new Uid(77, 4711);
  static final Address STORAGE = new Address("storage:1", STORAGE_ID.low());
  static final Address CLIENT = new Address("client:1", 9);

  private record Event(long atNanos, long order, int incarnation, Runnable run)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final SeededRandom random;
  final EngineStore store = new EngineStore();
  final Map<Address, FakeLog> logs = new TreeMap<>();

  /** Who else answers the server's requests: the request, and how it is answered. */
  final Map<Address, BiConsumer<Message, Consumer<Message>>> others = new TreeMap<>();

  final List<Address> commitProxies = new ArrayList<>();
  final List<StorageAddress> storages = new ArrayList<>();

  /** Whether the server under test is one of the database. */
  boolean isListed = true;

  final Map<Long, Message> replies = new LinkedHashMap<>();
  final TreeSet<String> probes = new TreeSet<>();

  /** Which fault points fire when the server comes by. */
  Predicate<String> forced = point -> false;

  final PublishedView published = new PublishedView();
  StorageServer server;
  StorageServerOptions options = StorageServerOptions.defaults();
  Function<Executor, StorageEngine> engines = loop -> new ModelEngine(store, loop);
  long delayMaxNanos = 1_000_000;
  Consumer<Boolean> onCrash = store::crash;
  final FakeMarks disk = new FakeMarks(this::later);
  private StorageEngine engine;
  int readyCount;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNanos = 1_000_000_000;
  private long order;
  private int incarnation;
  private long requestIds;
  private long engineFreeAtNanos;
  long windowVersions = 5_000_000;

  FakeWorld(long seed) {
    random = new SeededRandom(seed);
  }

  long nowNanos() {
    return nowNanos;
  }

  private long delay() {
    return 1 + random.nextLong(delayMaxNanos);
  }

  /** Runs an event of the server; dropped when the server has stopped by then. */
  private void later(long delayNanos, Runnable run) {
    events.add(new Event(nowNanos + delayNanos, order++, incarnation, run));
  }

  /** Runs an event of the world around. */
  void outside(long delayNanos, Runnable run) {
    events.add(new Event(nowNanos + delayNanos, order++, -1, run));
  }

  /** Runs until virtual time has moved on by {@code nanos}. */
  void run(long nanos) {
    long end = nowNanos + nanos;
    while (!events.isEmpty() && events.peek().atNanos <= end) {
      Event event = events.poll();
      nowNanos = event.atNanos;
      if (event.incarnation == -1 || event.incarnation == incarnation) {
        event.run.run();
      }
    }
    nowNanos = end;
  }

  void runMillis(long millis) {
    run(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Starts the server on what its engine's store has. */
  void start() {
    engine = engines.apply(this::completion);
    server = new StorageServer(host(), STORAGE_ID, TAG, 0, engine, options, this::ready, published);
    server.start();
  }

  private void ready() {
    readyCount++;
  }

  /** Completions of the engine come in order. */
  private void completion(Runnable run) {
    engineFreeAtNanos = Math.max(engineFreeAtNanos, nowNanos) + delay();
    later(engineFreeAtNanos - nowNanos, run);
  }

  <E extends StorageEngine> E engine(Class<E> kind) {
    return kind.cast(engine);
  }

  /** The process dies: no event of the server runs any more. */
  void crash(boolean keepUnflushed) {
    incarnation++;
    published.accept(null);
    onCrash.accept(keepUnflushed);
    server = null;
  }

  /** The server is stopped after a clean close. */
  void stopped() {
    server.stop();
    incarnation++;
    server = null;
  }

  /** Puts a request to the server; the reply is found under the id. */
  long ask(Message message) {
    long id = ++requestIds;
    later(0, () -> server.onMessage(new Inbound(CLIENT, id, message)));
    return id;
  }

  /** Asks and runs for a moment. */
  Message answer(Message message) {
    long id = ask(message);
    runMillis(20);
    return replies.get(id);
  }

  /** The value of a key at a version, or null. */
  Bytes get(long version, String key) {
    Message reply = answer(new GetValues(version, List.of(key(key))));
    assertThat(reply).isInstanceOf(Values.class);
    return ((Values) reply).values().get(0);
  }

  /** How far the server is, asked of it. */
  StorageState state() {
    return (StorageState) answer(new GetStorageState());
  }

  void tell(Message message) {
    later(0, () -> server.onMessage(new Inbound(CLIENT, 0, message)));
  }

  private long viewSequence;

  /** Publishes a view of generations to the server. */
  void view(long epoch, LogSet... generations) {
    tell(clusterView(epoch, generations));
  }

  ClusterView clusterView(long epoch, LogSet... generations) {
    return new ClusterView(
        new Uid(1, 1),
        epoch,
        ++viewSequence,
        List.of(),
        commitProxies,
        List.of(generations),
        listed(),
        new StoreTime(0, 0),
        windowVersions);
  }

  /** All storage servers, this one too unless there is none to be of its tag. */
  private List<StorageAddress> listed() {
    List<StorageAddress> listed = new ArrayList<>(storages);
    listed.removeIf(storage -> storage.tag() == TAG);
    if (isListed) {
      listed.add(new StorageAddress(TAG, STORAGE_ID, STORAGE));
    }
    return listed;
  }

  /** A generation of fake log servers, each in a zone of its own, all holding every tag. */
  LogSet generation(long epoch, long begin, long rv, long rt, int members) {
    List<LogMember> ids = new ArrayList<>();
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      Uid id = new Uid(epoch, 100 * epoch + i);
      ids.add(new LogMember(id, "zone" + i));
      Address address = new Address("log" + i + ":1", id.low());
      addresses.add(address);
      logs.put(address, new FakeLog(this, begin));
    }
    return new LogSet(new LogGeneration(epoch, begin, rv, rt, ids, members, 0), addresses);
  }

  List<FakeLog> logsOf(LogSet set) {
    List<FakeLog> result = new ArrayList<>();
    for (Address address : set.addresses()) {
      result.add(logs.get(address));
    }
    return result;
  }

  private Host host() {
    return new Host(
        new Clock() {
          @Override
          public long nowNanos() {
            return nowNanos;
          }

          @Override
          public long wallMillis() {
            return nowNanos / 1_000_000;
          }
        },
        this::schedule,
        new FakeNetwork(),
        disk,
        new FakeReaders(),
        random.fork("server" + incarnation),
        new Trace() {
          @Override
          public void event(String name, Object... keysAndValues) {}

          @Override
          public boolean isEnabled() {
            return true;
          }
        },
        (Probes) probes::add,
        point -> forced.test(point));
  }

  private Timers.Timer schedule(long delayNanos, Runnable onExpiry) {
    boolean[] cancelled = new boolean[1];
    later(
        delayNanos,
        () -> {
          if (!cancelled[0]) {
            onExpiry.run();
          }
        });
    return () -> cancelled[0] = true;
  }

  private static final long HELD_NANOS = 10_000_000_000L;

  /** What is read beside the loop from now on takes very long. */
  boolean readersHeld;

  private final class FakeReaders implements Readers {
    @Override
    public <V, R> void submit(V immutableView, Function<V, R> read, Consumer<R> onDone) {
      later(readersHeld ? HELD_NANOS : 0, () -> submitted(immutableView, read, onDone));
    }

    private <V, R> void submitted(V immutableView, Function<V, R> read, Consumer<R> onDone) {
      later(
          delay(),
          () -> {
            R result = read.apply(immutableView);
            later(delay(), () -> onDone.accept(result));
          });
    }
  }

  private final class FakeNetwork implements Network {
    @Override
    public Address self() {
      return STORAGE;
    }

    @Override
    public void send(Address to, Message message) {}

    @Override
    public void reply(Inbound request, Message reply) {
      if (replies.put(request.requestId(), reply) != null) {
        throw new AssertionError("answered twice: " + request);
      }
    }

    @Override
    public <R extends Message> void request(
        Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
      boolean[] done = new boolean[1];
      later(
          timeoutNanos,
          () -> {
            if (!done[0]) {
              done[0] = true;
              handler.onFailure(Failure.timedOut());
            }
          });
      int asker = incarnation;
      Consumer<Message> answer =
          message ->
              outside(
                  delay(),
                  () -> {
                    if (done[0] || asker != incarnation) {
                      return;
                    }
                    done[0] = true;
                    if (message instanceof Refused refused) {
                      handler.onFailure(Failure.refused(refused.code(), refused.detail()));
                    } else {
                      handler.onReply(reply.cast(message));
                    }
                  });
      outside(
          delay(),
          () -> {
            FakeLog log = logs.get(to);
            if (others.containsKey(to)) {
              others.get(to).accept(request, answer);
            } else if (log == null) {
              answer.accept(new Refused(ErrorCode.BROKEN_PROMISE, "nobody there"));
            } else {
              log.receive(request, answer);
            }
          });
    }
  }

  static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  static Mutation set(String key, String value) {
    return Mutation.set(key(key), key(value));
  }
}
