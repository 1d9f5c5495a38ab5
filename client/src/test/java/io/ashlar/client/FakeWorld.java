package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;
import io.ashlar.host.Failure;
import io.ashlar.host.Faults;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Loop;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.host.RoleHosts;
import io.ashlar.host.Timers;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One queue of events in virtual time: a client's loop, its executor, and a network whose other end
 * is a {@link FakeCluster}. Every draw comes from one seed.
 */
final class FakeWorld implements RoleHosts, Loop, ClientHost {
  static final long MILLI = 1_000_000;

  /** The clock of the loop and that of other threads begin at different times, as they may. */
  private static final long LOOP_ORIGIN_NANOS = -86_400_000 * MILLI;

  private record Event(long atNanos, long number, Runnable action) {}

  /** What the network does to one request. */
  enum Fate {
    /** It arrives, and so does the answer. */
    ANSWERED,
    /** It does not arrive, and the connection is seen to break. */
    LOST,
    /** The other side acts, and the connection breaks before the answer. */
    ANSWER_LOST,
    /** Neither arrives; the time runs out. */
    SWALLOWED,
    /** The connection is seen to break, and the request arrives seconds later all the same. */
    DELAYED
  }

  /** Decides the fate of a request. */
  interface Weather {
    Fate fate(Address to, Message request, SeededRandom random);
  }

  final SeededRandom random;
  final FakeCluster cluster;
  final Map<String, Integer> probes = new TreeMap<>();
  Weather weather = (to, request, draw) -> Fate.ANSWERED;

  /** Which fault points fire when the client comes by. */
  Predicate<String> forced = point -> false;

  /** Hears every request as it is sent. */
  Consumer<Message> tap = message -> {};

  long latencyNanosMax = 2 * MILLI;

  /** What a thread does that waits for a future; here in the way of the JDK. */
  BiPredicate<CompletableFuture<?>, Long> waits = (future, limitNanos) -> false;

  private int environmentDraws;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNanos != b.atNanos
                  ? Long.compare(a.atNanos, b.atNanos)
                  : Long.compare(a.number, b.number));
  private long nowNanos;
  private long numbered;
  private boolean onLoop;

  /** The thread that runs the events: the test's own, unless it says otherwise. */
  private volatile Thread stepping;

  private Role role;
  private boolean stopped;
  private boolean batchEndDue;
  int eventsOfLoop;
  int timersCancelled;

  FakeWorld(long seed) {
    random = new SeededRandom(seed);
    cluster = new FakeCluster(this);
  }

  static Database connect(FakeWorld world, DatabaseOptions options) {
    return connect(world, options, DirectReads.NONE);
  }

  static Database connect(FakeWorld world, DatabaseOptions options, DirectReads directReads) {
    return connect(world, options, directReads, null);
  }

  static Database connect(
      FakeWorld world, DatabaseOptions options, DirectReads directReads, String databaseId) {
    return Client.connect(
        world,
        77,
        world,
        world,
        new DatabaseAddress(FakeCluster.COORDINATORS, databaseId),
        options,
        directReads,
        () -> null);
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  void schedule(long delayNanos, Runnable action) {
    synchronized (events) {
      events.add(new Event(nowNanos + delayNanos, numbered++, action));
    }
  }

  private void onLoop(long delayNanos, Runnable action) {
    schedule(
        delayNanos,
        () -> {
          if (stopped) {
            return;
          }
          eventsOfLoop++;
          onLoop = true;
          action.run();
          if (!batchEndDue) {
            batchEndDue = true;
            schedule(random.nextLong(3) * 1_000, this::endBatch);
          }
          onLoop = false;
        });
  }

  private void endBatch() {
    batchEndDue = false;
    if (role != null && !stopped) {
      onLoop = true;
      role.onBatchEnd();
      onLoop = false;
    }
  }

  /** Where a client's callbacks run: as events, but not on the loop. */
  @Override
  public Executor callbacks() {
    return task -> schedule(0, task);
  }

  @Override
  public SeededRandom newRandom() {
    return random.fork("environment " + ++environmentDraws);
  }

  @Override
  public boolean await(CompletableFuture<?> future, long limitNanos) {
    return waits.test(future, limitNanos);
  }

  /** The same host, but for callbacks that run on real threads. */
  ClientHost withCallbacks(Executor threads) {
    return new ClientHost() {
      @Override
      public Executor callbacks() {
        return threads;
      }

      @Override
      public long nowNanos() {
        return FakeWorld.this.nowNanos();
      }

      @Override
      public SeededRandom newRandom() {
        return FakeWorld.this.newRandom();
      }

      @Override
      public boolean await(CompletableFuture<?> future, long limitNanos) {
        return false;
      }
    };
  }

  /** Runs one event; false when there is none. */
  boolean step() {
    Event event;
    synchronized (events) {
      event = events.poll();
      if (event == null) {
        return false;
      }
      nowNanos = Math.max(nowNanos, event.atNanos);
    }
    stepping = Thread.currentThread();
    event.action.run();
    return true;
  }

  void runFor(long nanos) {
    long until = nowNanos + nanos;
    while (!events.isEmpty() && events.peek().atNanos <= until) {
      step();
    }
    nowNanos = until;
  }

  /** Runs until the future has ended, at most ten virtual minutes, and gives its value. */
  <T> T await(CompletableFuture<T> future) {
    long until = nowNanos + 600_000 * MILLI;
    while (!future.isDone() && nowNanos < until && step()) {}
    if (!future.isDone()) {
      throw new AssertionError("still pending after ten virtual minutes");
    }
    return Blocking.join(future);
  }

  /** As {@link #await}, for a future that must fail. */
  ErrorCode awaitError(CompletableFuture<?> future) {
    try {
      await(future);
    } catch (AshlarException e) {
      return e.code();
    }
    throw new AssertionError("did not fail");
  }

  // ---- ports

  @Override
  public Host host(String name, long endpoint, String folder) {
    SeededRandom roleRandom = random.fork("role");
    Clock clock =
        new Clock() {
          @Override
          public long nowNanos() {
            return nowNanos + LOOP_ORIGIN_NANOS;
          }

          @Override
          public long wallMillis() {
            return 0;
          }
        };
    Trace trace =
        new Trace() {
          @Override
          public void event(String event, Object... keysAndValues) {}

          @Override
          public boolean isEnabled() {
            return false;
          }
        };
    Timers timers =
        (delayNanos, onExpiry) -> {
          boolean[] cancelled = new boolean[1];
          onLoop(
              delayNanos,
              () -> {
                if (!cancelled[0]) {
                  onExpiry.run();
                }
              });
          return () -> {
            cancelled[0] = true;
            timersCancelled++;
          };
        };
    Faults faults = point -> forced.test(point);
    return new Host(
        clock,
        timers,
        new FakeNetwork(new Address("client", endpoint)),
        null,
        null,
        roleRandom,
        trace,
        probe -> probes.merge(probe, 1, Integer::sum),
        faults);
  }

  @Override
  public void start(long endpoint, Role started) {
    role = started;
    started.start();
  }

  @Override
  public void stop(long endpoint) {
    if (role != null) {
      role.stop();
      stopped = true;
      role = null;
    }
  }

  @Override
  public void execute(Runnable task) {
    onLoop(0, task);
  }

  @Override
  public boolean isCurrent() {
    return onLoop && Thread.currentThread() == stepping;
  }

  Role role() {
    return role;
  }

  private final class FakeNetwork implements Network {
    private final Address self;

    FakeNetwork(Address self) {
      this.self = self;
    }

    @Override
    public Address self() {
      return self;
    }

    @Override
    public void send(Address to, Message message) {
      throw new AssertionError("a client sends requests only");
    }

    @Override
    public void reply(Inbound request, Message reply) {
      throw new AssertionError("nobody asks this client");
    }

    private long latency() {
      return 1_000 + random.nextLong(latencyNanosMax);
    }

    @Override
    public <R extends Message> void request(
        Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
      tap.accept(request);
      Fate fate = weather.fate(to, request, random);
      boolean[] answered = new boolean[1];
      onLoop(
          timeoutNanos,
          () -> {
            if (!answered[0]) {
              answered[0] = true;
              handler.onFailure(Failure.timedOut());
            }
          });
      if (fate == Fate.SWALLOWED) {
        return;
      }
      if (fate != Fate.ANSWERED) {
        onLoop(
            latency() + latency(),
            () -> {
              if (!answered[0]) {
                answered[0] = true;
                handler.onFailure(Failure.disconnected("cut"));
              }
            });
      }
      if (fate == Fate.LOST) {
        return;
      }
      Consumer<Message> onReply =
          message -> {
            if (fate == Fate.ANSWERED) {
              onLoop(
                  latency(),
                  () -> {
                    if (!answered[0]) {
                      answered[0] = true;
                      deliver(message, reply, handler);
                    }
                  });
            }
          };
      long late = fate == Fate.DELAYED ? 5_000 * MILLI + random.nextLong(20_000 * MILLI) : 0;
      schedule(latency() + late, () -> cluster.handle(to, request, onReply));
    }

    private <R extends Message> void deliver(
        Message message, Class<R> reply, ReplyHandler<R> handler) {
      if (message instanceof Refused refused) {
        handler.onFailure(Failure.refused(refused.code(), refused.detail()));
      } else {
        handler.onReply(reply.cast(message));
      }
    }
  }
}
