package io.ashlar.log;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.host.Clock;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.Probes;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Log servers on a virtual clock and one queue of events, with a client that is the test. */
final class FakeWorld {
  private record Event(long atNanos, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  final SeededRandom random;

  /** How often a fault point says yes. */
  int faultsPerMillion;

  /** Fault points that always say yes. */
  final TreeSet<String> forced = new TreeSet<>();

  final TreeSet<String> probes = new TreeSet<>();
  final List<String> trace = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<Address, Node> nodes = new TreeMap<>();
  private long now = 1_000_000_000L;
  private long sequence;
  private long requestIds;

  FakeWorld(long seed) {
    random = new SeededRandom(seed);
  }

  long nowNanos() {
    return now;
  }

  void after(long delayNanos, Runnable action) {
    events.add(new Event(now + delayNanos, sequence++, action));
  }

  /** Runs the next event; batches end by draw, and always before time moves. */
  boolean step() {
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    now = event.atNanos;
    event.action.run();
    boolean last = events.isEmpty() || events.peek().atNanos > now;
    if (last || random.nextBoolean()) {
      nodes.values().forEach(Node::endBatch);
    }
    return true;
  }

  void runFor(long nanos) {
    long until = now + nanos;
    boolean[] over = new boolean[1];
    after(nanos, () -> over[0] = true);
    while (!over[0]) {
      step();
    }
    now = until;
  }

  /** Runs events until nothing is left to do, at most a minute of virtual time. */
  void runUntilIdle() {
    long limit = now + 60_000_000_000L;
    while (!events.isEmpty() && now < limit) {
      step();
    }
  }

  Node node(Uid logId) {
    Address address = new Address("m" + Long.toHexString(logId.low()), logId.low());
    return nodes.computeIfAbsent(address, a -> new Node(logId, a));
  }

  /** An answer to wait for. */
  static final class Answer {
    Message message;
    Consumer<Message> onMessage;

    <M extends Message> M as(Class<M> type) {
      if (!type.isInstance(message)) {
        throw new AssertionError("expected " + type.getSimpleName() + ", got " + message);
      }
      return type.cast(message);
    }
  }

  /** A machine with one log server. */
  final class Node {
    final Uid logId;
    final Address address;
    final FakeDisk disk;
    private final Map<Long, Answer> open = new HashMap<>();
    LogServer server;
    boolean ready;
    private int life;
    private int batches;

    Node(Uid logId, Address address) {
      this.logId = logId;
      this.address = address;
      disk = new FakeDisk(FakeWorld.this, random.fork("disk" + logId));
    }

    void recruit(RecruitLog recruit, LogServerOptions options) {
      begin(LogServer.recruit(host(), recruit, options, () -> ready = true));
    }

    void restart(LogServerOptions options) {
      begin(LogServer.restart(host(), logId, options, () -> ready = true));
    }

    private void begin(LogServer begun) {
      ready = false;
      server = begun;
      begun.start();
    }

    /** The process dies and the machine with it. */
    void crash() {
      down();
      disk.crash();
    }

    void killProcess() {
      down();
      disk.killProcess();
    }

    private void down() {
      life++;
      server = null;
      ready = false;
      open.clear();
    }

    void endBatch() {
      if (server != null) {
        server.onBatchEnd();
        if (++batches % 16 == 0) {
          server.checkInvariants();
        }
      }
    }

    /** Sends now; the answer's message is set when it comes. */
    Answer ask(Message message) {
      Answer answer = quietly(message);
      if (random.nextBoolean()) {
        endBatch();
      }
      return answer;
    }

    /** As {@link #ask}, without the end of a batch. */
    Answer quietly(Message message) {
      Answer answer = new Answer();
      if (server != null) {
        long id = ++requestIds;
        open.put(id, answer);
        server.onMessage(new Inbound(new Address("client", 9), id, message));
      }
      return answer;
    }

    /** Asks and runs until there is an answer or nothing more happens. */
    <M extends Message> M call(Message message, Class<M> type) {
      Answer answer = ask(message);
      endBatch();
      while (answer.message == null && step()) {}
      return answer.as(type);
    }

    private Host host() {
      int inLife = life;
      Timers timers =
          (delayNanos, onExpiry) -> {
            boolean[] cancelled = new boolean[1];
            after(
                delayNanos,
                () -> {
                  if (inLife == life && !cancelled[0]) {
                    onExpiry.run();
                  }
                });
            return () -> cancelled[0] = true;
          };
      Clock clock =
          new Clock() {
            @Override
            public long nowNanos() {
              return now;
            }

            @Override
            public long wallMillis() {
              throw new UnsupportedOperationException();
            }
          };
      Trace tracer =
          new Trace() {
            @Override
            public void event(String name, Object... keysAndValues) {
              trace.add(name + " " + List.of(keysAndValues));
            }

            @Override
            public boolean isEnabled() {
              return true;
            }
          };
      Probes marks = probes::add;
      return new Host(
          clock,
          timers,
          new Port(inLife),
          disk,
          null,
          random.fork("role"),
          tracer,
          marks,
          point ->
              forced.contains(point) || faultsPerMillion > 0 && random.chance(faultsPerMillion));
    }

    private final class Port implements Network {
      private final int inLife;

      Port(int inLife) {
        this.inLife = inLife;
      }

      @Override
      public Address self() {
        return address;
      }

      @Override
      public void send(Address to, Message message) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void reply(Inbound request, Message reply) {
        if (inLife != life) {
          throw new AssertionError("a dead role answers");
        }
        Answer answer = open.remove(request.requestId());
        if (answer != null) {
          answer.message = reply;
          if (answer.onMessage != null) {
            after(random.nextLong(1_000, 100_000), () -> answer.onMessage.accept(reply));
          }
        }
      }

      @Override
      public <R extends Message> void request(
          Address to, Message request, Class<R> type, long timeoutNanos, ReplyHandler<R> handler) {
        Node target = nodes.get(to);
        boolean[] over = new boolean[1];
        Answer answer = new Answer();
        after(
            random.nextLong(1_000, 100_000),
            () -> {
              if (target == null || target.server == null) {
                finish(over, () -> handler.onFailure(Failure.disconnected("down")));
                return;
              }
              long id = ++requestIds;
              answer.onMessage = message -> deliver(over, message, type, handler);
              target.open.put(id, answer);
              target.server.onMessage(new Inbound(address, id, request));
            });
        after(timeoutNanos, () -> finish(over, () -> handler.onFailure(Failure.timedOut())));
      }

      private <R extends Message> void deliver(
          boolean[] over, Message message, Class<R> type, ReplyHandler<R> handler) {
        if (message instanceof Refused refused) {
          finish(over, () -> handler.onFailure(Failure.refused(refused.code(), refused.detail())));
        } else {
          finish(over, () -> handler.onReply(type.cast(message)));
        }
      }

      private void finish(boolean[] over, Runnable action) {
        if (!over[0] && inLife == life) {
          over[0] = true;
          action.run();
        }
      }
    }
  }
}
