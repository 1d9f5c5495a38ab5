package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Failure;
import io.ashlar.host.Faults;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.Probes;
import io.ashlar.host.Readers;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.host.Timers;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A small world for the proxies: one queue of events over virtual time, roles and scripted peers at
 * addresses, connections that keep their order, take a drawn time, and can be cut. Messages between
 * different processes overtake each other freely.
 */
final class FakeWorld {
  /** A peer that is not a role: it gets what is sent to it. */
  interface Peer {
    void onMessage(Inbound inbound);
  }

  private record Event(long atNanos, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  /** The connection between two processes, one direction; replaced when it is cut. */
  private static final class Pipe {
    private long lastArrivalNanos;
    private long cuts;
  }

  private final class Pending {
    private final String from;
    private final String to;
    private final ReplyHandler<Message> handler;
    private final Class<?> reply;

    @SuppressWarnings("unchecked")
    Pending(String from, String to, Class<?> reply, ReplyHandler<?> handler) {
      this.from = from;
      this.to = to;
      this.reply = reply;
      this.handler = (ReplyHandler<Message>) handler;
    }
  }

  final SeededRandom random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<Address, Peer> peers = new TreeMap<>();
  private final Map<Address, Role> roles = new TreeMap<>();
  private final TreeSet<Address> batchEnds = new TreeSet<>();
  private final Map<String, Pipe> pipes = new TreeMap<>();
  private final Map<Long, Pending> pending = new TreeMap<>();
  final TreeSet<String> probes = new TreeSet<>();

  /** Which fault points fire when a proxy comes by. */
  Predicate<String> forced = point -> false;

  final List<String> traces = new ArrayList<>();

  /** Called after each event of a role. */
  Runnable afterStep = () -> {};

  /** Messages take from 1 µs up to this. */
  long delayMaxNanos = 500_000;

  private long nowNanos = 1_000_000_000L;
  private long sequence;
  private long lastRequestId;

  FakeWorld(long seed) {
    random = new SeededRandom(seed);
  }

  long nowNanos() {
    return nowNanos;
  }

  void at(long delayNanos, Runnable action) {
    events.add(new Event(nowNanos + delayNanos, sequence++, action));
  }

  /** Runs everything that is due within {@code nanos}, and lets them pass. */
  void run(long nanos) {
    long until = nowNanos + nanos;
    while (!events.isEmpty() && events.peek().atNanos() <= until) {
      Event event = events.poll();
      nowNanos = event.atNanos();
      event.action().run();
    }
    nowNanos = until;
  }

  void runMillis(long millis) {
    run(millis * 1_000_000);
  }

  void peer(Address address, Peer peer) {
    peers.put(address, peer);
  }

  void start(Address address, Role role) {
    roles.put(address, role);
    step(address, role::start);
  }

  private void step(Address address, Runnable action) {
    Role role = roles.get(address);
    if (role == null) {
      return;
    }
    action.run();
    afterStep.run();
    if (batchEnds.add(address)) {
      at(
          random.nextBoolean() ? 0 : random.nextLong(2_000),
          () -> {
            batchEnds.remove(address);
            if (roles.containsKey(address)) {
              role.onBatchEnd();
              afterStep.run();
            }
          });
    }
  }

  private static String pair(String from, String to) {
    return from + ">" + to;
  }

  private Pipe pipe(String from, String to) {
    return pipes.computeIfAbsent(pair(from, to), key -> new Pipe());
  }

  private void carry(String from, String to, Runnable arrival) {
    Pipe pipe = pipe(from, to);
    long cuts = pipe.cuts;
    long arrives = nowNanos + 1_000 + random.nextLong(delayMaxNanos);
    pipe.lastArrivalNanos = Math.max(pipe.lastArrivalNanos, arrives);
    at(
        pipe.lastArrivalNanos - nowNanos,
        () -> {
          if (pipe.cuts == cuts) {
            arrival.run();
          }
        });
  }

  /** Cuts the connection between two processes: what is on its way is lost, requests fail. */
  void cut(String one, String other) {
    pipe(one, other).cuts++;
    pipe(other, one).cuts++;
    List<Long> lost = new ArrayList<>();
    pending.forEach(
        (id, request) -> {
          boolean same =
              (request.from.equals(one) && request.to.equals(other))
                  || (request.from.equals(other) && request.to.equals(one));
          if (same) {
            lost.add(id);
          }
        });
    for (long id : lost) {
      Pending request = pending.remove(id);
      at(random.nextLong(100_000), () -> request.handler.onFailure(Failure.disconnected("cut")));
    }
  }

  private void arrive(Address to, Inbound inbound) {
    if (roles.containsKey(to)) {
      step(to, () -> roles.get(to).onMessage(inbound));
    } else if (peers.containsKey(to)) {
      peers.get(to).onMessage(inbound);
    }
  }

  /** Answers a request that a peer received. */
  void reply(Address from, Inbound request, Message reply) {
    carry(
        from.process(),
        request.from().process(),
        () -> {
          Pending waiting = pending.remove(request.requestId());
          if (waiting == null) {
            return;
          }
          if (reply instanceof Refused refused) {
            waiting.handler.onFailure(Failure.refused(refused.code(), refused.detail()));
          } else {
            if (!waiting.reply.isInstance(reply)) {
              throw new AssertionError(reply + " where " + waiting.reply + " was expected");
            }
            waiting.handler.onReply(reply);
          }
        });
  }

  /** A network port of someone at {@code self}. */
  Network network(Address self) {
    return new Network() {
      @Override
      public Address self() {
        return self;
      }

      @Override
      public void send(Address to, Message message) {
        carry(self.process(), to.process(), () -> arrive(to, new Inbound(self, 0, message)));
      }

      @Override
      public void reply(Inbound request, Message reply) {
        FakeWorld.this.reply(self, request, reply);
      }

      @Override
      public <R extends Message> void request(
          Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
        long id = ++lastRequestId;
        ReplyHandler<R> onOwnLoop =
            new ReplyHandler<>() {
              @Override
              public void onReply(R answer) {
                event(() -> handler.onReply(answer));
              }

              @Override
              public void onFailure(Failure failure) {
                event(() -> handler.onFailure(failure));
              }

              private void event(Runnable action) {
                if (roles.containsKey(self)) {
                  step(self, action);
                } else {
                  action.run();
                }
              }
            };
        pending.put(id, new Pending(self.process(), to.process(), reply, onOwnLoop));
        carry(self.process(), to.process(), () -> arrive(to, new Inbound(self, id, request)));
        at(
            timeoutNanos,
            () -> {
              if (pending.remove(id) != null) {
                onOwnLoop.onFailure(Failure.timedOut());
              }
            });
      }
    };
  }

  Host host(Address self) {
    Clock clock =
        new Clock() {
          @Override
          public long nowNanos() {
            return nowNanos;
          }

          @Override
          public long wallMillis() {
            return nowNanos / 1_000_000;
          }
        };
    Timers timers =
        (delayNanos, onExpiry) -> {
          boolean[] cancelled = new boolean[1];
          at(
              delayNanos,
              () -> {
                if (!cancelled[0]) {
                  step(self, onExpiry);
                }
              });
          return () -> cancelled[0] = true;
        };
    Trace trace =
        new Trace() {
          @Override
          public void event(String name, Object... keysAndValues) {
            StringBuilder line = new StringBuilder(name);
            for (int i = 0; i < keysAndValues.length; i += 2) {
              line.append(' ').append(keysAndValues[i]).append('=').append(keysAndValues[i + 1]);
            }
            traces.add(line.toString());
          }

          @Override
          public boolean isEnabled() {
            return true;
          }
        };
    Probes marks = probes::add;
    Faults faults = point -> forced.test(point);
    return new Host(
        clock,
        timers,
        network(self),
        new NoDisk(),
        new NoReaders(),
        random.fork(self.toString()),
        trace,
        marks,
        faults);
  }

  /** Proxies have no files. */
  private static final class NoDisk implements Disk {
    @Override
    public Disk under(String folder) {
      throw new AssertionError("a proxy has no disk");
    }

    @Override
    public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
      throw new AssertionError("a proxy has no disk");
    }

    @Override
    public void list(Consumer<List<String>> onList) {
      throw new AssertionError("a proxy has no disk");
    }

    @Override
    public void read(String name, Consumer<Bytes> onContent) {
      throw new AssertionError("a proxy has no disk");
    }

    @Override
    public void replace(String name, Bytes content, Runnable onDurable) {
      throw new AssertionError("a proxy has no disk");
    }

    @Override
    public void delete(String name, Runnable onDurable) {
      throw new AssertionError("a proxy has no disk");
    }
  }

  private static final class NoReaders implements Readers {
    @Override
    public <V, R> void submit(V immutableView, Function<V, R> read, Consumer<R> onDone) {
      throw new AssertionError("a proxy has no readers");
    }
  }
}
