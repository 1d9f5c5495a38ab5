package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Failure;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The network of docs/protocol.md, section 9. Two processes have at most one connection; within it
 * messages arrive in order, late by a drawn time; a cut loses a drawn tail of what is under way in
 * each direction, and each side notices when it notices. To a process that is not there no
 * connection comes about, which is noticed after a while.
 */
public final class SimNetwork {
  /** A message on its way. */
  private record Envelope(
      long fromEndpoint, long toEndpoint, long requestId, boolean isReply, Message message) {}

  private static final long LOOPBACK_NANOS = 1_000;

  private final SimWorld world;
  private final SeededRandom random;
  private final NetworkConditions conditions;
  private final MessageHash hashes = new MessageHash();
  private final SimLinks links = new SimLinks();
  private final Latencies latencies;
  private final Disconnections disconnections;
  private MessageCodec codec;
  private final List<DeliveryListener> listeners = new ArrayList<>();
  private Consumer<Message> requestCounter = request -> {};

  /** The next message at least this large is the last one, and torn, of its connection. */
  private long tornBytesMin = Long.MAX_VALUE;

  private BiConsumer<String, String> onTorn;
  private long delivered;

  SimNetwork(SimWorld world, SeededRandom random, NetworkConditions conditions) {
    this.world = world;
    this.random = random;
    this.conditions = conditions;
    this.latencies = new Latencies(world, random, conditions);
    this.disconnections = new Disconnections(world, random, conditions, latencies);
  }

  /** From now on messages between processes go through {@code codec}; null: by reference. */
  public void setCodec(MessageCodec codec) {
    this.codec = codec;
  }

  /**
   * Hears of each message that reaches a process. It may look at the world, but not touch it: a run
   * with listeners is the same as one without.
   */
  public interface DeliveryListener {
    /**
     * @param number counts the deliveries of the whole world
     */
    void onDelivered(long number, Address from, Address to, boolean isReply, Message message);
  }

  /** Tells {@code counter} each request that reaches a process, from now on. */
  public void setRequestCounter(Consumer<Message> counter) {
    requestCounter = counter;
  }

  /** Tells {@code listener} each delivery, from now on. */
  public void addListener(DeliveryListener listener) {
    listeners.add(listener);
  }

  /** Messages that reached a process. */
  public long delivered() {
    return delivered;
  }

  /** Ends rare long delays and all clogs, and lets every side notice what it has lost. */
  public void heal() {
    latencies.setTailsEnabled(false);
    tornBytesMin = Long.MAX_VALUE;
    links.heal();
    disconnections.heal();
  }

  /** Long delays again, after {@link #heal}. */
  public void endHealing() {
    latencies.setTailsEnabled(true);
  }

  /** Holds up everything that is sent from one process to another for a while. */
  public void hold(String from, String to, long nanos) {
    links.between(from, to).hold(world.nowNanos() + nanos);
  }

  /**
   * Makes everything that is sent from one process to another late for a while.
   *
   * @param byNanos more than usual, half of it to one and a half
   */
  public void slow(String from, String to, long byNanos, long nanos) {
    links.between(from, to).slow(byNanos, world.nowNanos() + nanos);
  }

  /** Lets no new connection come about from one process to another for a while. */
  public void shut(String from, String to, long nanos) {
    links.between(from, to).shut(world.nowNanos() + nanos);
  }

  /**
   * Cuts a connection in the middle of a message, the next of at least {@code bytesMin} on any:
   * what was sent before it arrives, it and what comes after it does not.
   *
   * @param onTorn hears who sent it to whom
   */
  public void tearMessage(long bytesMin, BiConsumer<String, String> onTorn) {
    tornBytesMin = bytesMin;
    this.onTorn = onTorn;
  }

  /** Cuts one of a process's connections, if it has any; the draw says which. */
  public boolean cutOneOf(SimProcess process, SeededRandom draw) {
    ConnectionEnd end = Disconnections.oneOf(process, draw);
    if (end != null) {
      disconnections.cut(end);
    }
    return end != null;
  }

  /** Cuts the connection between two processes, if there is one. */
  public void cutBetween(SimProcess one, SimProcess other) {
    ConnectionEnd end = one.connections().to(other.name());
    if (end != null && !end.isCut() && !end.isLoopback()) {
      disconnections.cut(end);
    }
  }

  /**
   * Cuts one of a process's connections, if it has any, so that the process learns of it soon and
   * the other side, whatever it sends, not for long; unless the process connects to it again.
   *
   * @param nanos when the other side learns of it at the latest
   * @return the other side, or null when there is no connection
   */
  public SimProcess halfOpenOneOf(SimProcess process, SeededRandom draw, long nanos) {
    ConnectionEnd end = Disconnections.oneOf(process, draw);
    if (end == null) {
      return null;
    }
    disconnections.countCut(end);
    disconnections.cutSide(end);
    disconnections.cutSide(end.peer());
    disconnections.noticeAfter(end, latencies.next());
    end.peer().deafen();
    disconnections.noticeAfter(end.peer(), nanos);
    return end.peer().owner();
  }

  void send(RolePorts from, Address to, Message message) {
    ConnectionEnd end = endTo(from.process(), to.process());
    transmit(end, new Envelope(from.self().endpoint(), to.endpoint(), 0, false, message));
  }

  <R extends Message> void request(
      RolePorts from,
      Address to,
      Message message,
      Class<R> reply,
      long timeoutNanos,
      ReplyHandler<R> handler) {
    ConnectionEnd end = endTo(from.process(), to.process());
    long requestId = end.nextRequestId();
    Timers.Timer timeout =
        from.schedule(
            timeoutNanos,
            () -> {
              if (end.takePending(requestId) != null) {
                cutIfSilent(end);
                handler.onFailure(Failure.timedOut());
              }
            });
    end.addPending(new ConnectionEnd.Pending<>(from, reply, handler, timeout));
    transmit(end, new Envelope(from.self().endpoint(), to.endpoint(), requestId, false, message));
  }

  /** A request is given up: when nothing at all has come for long, the connection is too. */
  private void cutIfSilent(ConnectionEnd end) {
    boolean isSilent = world.nowNanos() - end.heardNanos() > conditions.silenceNanos();
    if (isSilent && end.peer() != null && end.isOpen() && !end.isLoopback()) {
      world.count("silent connections given up");
      disconnections.cut(end);
      disconnections.noticeAfter(end, 0);
    }
  }

  void reply(RolePorts from, Inbound request, Message message) {
    if (!request.wantsReply()) {
      return;
    }
    ProcessConnections.Unanswered unanswered =
        from.process().connections().takeUnanswered(request.requestId());
    if (unanswered == null || !unanswered.end().isOpen()) {
      return;
    }
    reply(unanswered, message);
  }

  private void reply(ProcessConnections.Unanswered unanswered, Message message) {
    Envelope envelope =
        new Envelope(unanswered.endpoint(), 0, unanswered.peerRequestId(), true, message);
    transmit(unanswered.end(), envelope);
  }

  private ConnectionEnd endTo(SimProcess from, String to) {
    ConnectionEnd end = from.connections().to(to);
    return end != null ? end : connect(from, to);
  }

  private ConnectionEnd connect(SimProcess from, String to) {
    ConnectionEnd end = new ConnectionEnd(from, to, links.between(from.name(), to));
    from.connections().put(end);
    if (to.equals(from.name())) {
      ConnectionEnd.join(end, new ConnectionEnd(from, to, end.link()));
      return end;
    }
    SimProcess target = world.process(to);
    if (target == null || end.link().isShut(world.nowNanos())) {
      end.cut(0);
      world.count("connections refused");
      long patience = random.chance(800_000) ? 2 * latencies.next() : conditions.noticeMax();
      disconnections.noticeAfter(end, 2 * latencies.next() + random.nextLong(patience));
      return end;
    }
    ConnectionEnd other = new ConnectionEnd(target, from.name(), links.between(to, from.name()));
    ConnectionEnd.join(end, other);
    ConnectionEnd before = target.connections().put(other);
    long established = world.nowNanos() + 2 * latencies.next();
    end.nextArrival(established);
    other.nextArrival(established);
    if (before != null) {
      // The other side had not noticed that the connection before was gone; now it does.
      if (!before.isCut()) {
        before.cut(0);
      }
      disconnections.noticeAfter(before, 0);
    }
    return end;
  }

  private long earliestArrival(ConnectionEnd end) {
    if (end.isLoopback()) {
      return world.nowNanos() + random.nextLong(LOOPBACK_NANOS);
    }
    SimLink link = end.link();
    long now = world.nowNanos();
    return link.departure(now) + latencies.next() + link.delay(now, random);
  }

  private void transmit(ConnectionEnd end, Envelope envelope) {
    if (end.isCut()) {
      learnOfReboot(end);
      return;
    }
    Bytes encoded = codec == null || end.isLoopback() ? null : codec.encode(envelope.message());
    boolean isHashed = encoded == null || conditions.checkUnchanged();
    long hash = isHashed ? hashes.of(envelope.message()) : 0;
    long sizeBytes = encoded == null ? hashes.lastSizeBytes() : encoded.length();
    if (end.bytesUnderWay() > 0
        && !end.isLoopback()
        && end.bytesUnderWay() + sizeBytes > conditions.unsentBytesMax()) {
      world.count("connections overflowed");
      disconnections.cut(end);
      disconnections.noticeAfter(end, 0);
      return;
    }
    long arrival = end.nextArrival(earliestArrival(end));
    long index = end.takeIndex(sizeBytes);
    world.scheduleAt(
        arrival,
        end.peer().owner(),
        null,
        () -> arrive(end, index, sizeBytes, envelope, hash, encoded));
    if (sizeBytes >= tornBytesMin && !end.isLoopback()) {
      tornBytesMin = Long.MAX_VALUE;
      disconnections.countCut(end);
      // All that is under way arrives but this one; what the other side learns comes after that.
      end.cut(end.underWay() - 1);
      disconnections.cutSide(end.peer());
      disconnections.noticeAfter(end, disconnections.drawNotice());
      disconnections.noticeAfter(
          end.peer(), arrival - world.nowNanos() + disconnections.drawNotice());
      onTorn.accept(end.owner().name(), end.peerName());
    }
  }

  /** What is sent to a process that was booted anew is answered with a reset. */
  private void learnOfReboot(ConnectionEnd end) {
    if (end.isOpen() && !end.isDeaf() && world.process(end.peerName()) != null) {
      disconnections.noticeAfter(end, 2 * latencies.next());
    }
  }

  private void arrive(
      ConnectionEnd sender,
      long index,
      long sizeBytes,
      Envelope envelope,
      long hash,
      Bytes encoded) {
    if (!sender.arrive(index, sizeBytes)) {
      return;
    }
    Message message = envelope.message();
    if (encoded != null) {
      message = codec.decode(encoded);
    }
    if (conditions.checkUnchanged()) {
      Check.that(hashes.of(message) == hash, "a message was changed after sending: ", message);
    }
    delivered++;
    Digest digest = world.digest();
    digest.add(world.nowNanos());
    digest.add(delivered);
    digest.add(message.kind().number());
    if (encoded == null) {
      digest.add(hash);
    } else {
      digest.add(encoded);
    }
    for (int i = 0; i < listeners.size(); i++) {
      listeners
          .get(i)
          .onDelivered(
              delivered,
              new Address(sender.owner().name(), envelope.fromEndpoint()),
              new Address(sender.peerName(), envelope.toEndpoint()),
              envelope.isReply(),
              message);
    }
    if (envelope.isReply()) {
      arriveReply(sender.peer(), envelope, message);
    } else {
      arriveRequest(sender, envelope, message);
    }
  }

  private void arriveRequest(ConnectionEnd sender, Envelope envelope, Message message) {
    requestCounter.accept(message);
    ConnectionEnd receiver = sender.peer();
    SimProcess process = receiver.owner();
    Address from = new Address(sender.owner().name(), envelope.fromEndpoint());
    long inboundId = 0;
    if (envelope.requestId() != 0) {
      inboundId =
          process
              .connections()
              .addUnanswered(receiver, envelope.requestId(), envelope.toEndpoint());
    }
    boolean taken = process.dispatch(envelope.toEndpoint(), new Inbound(from, inboundId, message));
    if (!taken && inboundId != 0) {
      reply(
          process.connections().takeUnanswered(inboundId),
          new Refused(ErrorCode.BROKEN_PROMISE, "no role is at this endpoint"));
    }
  }

  private void arriveReply(ConnectionEnd requester, Envelope envelope, Message message) {
    ConnectionEnd.Pending<?> pending = requester.takePending(envelope.requestId());
    if (pending == null) {
      return;
    }
    pending.timeout().cancel();
    if (!pending.owner().isStopped()) {
      requester.owner().touch(pending.owner());
      answer(pending, message);
    }
  }

  private static <R extends Message> void answer(
      ConnectionEnd.Pending<R> pending, Message message) {
    if (message instanceof Refused refused && pending.reply() != Refused.class) {
      pending.handler().onFailure(Failure.refused(refused.code(), refused.detail()));
      return;
    }
    Check.that(
        pending.reply().isInstance(message), "a reply of another kind than asked for: ", message);
    pending.handler().onReply(pending.reply().cast(message));
  }

  /** All connections of a dead process are cut; what it had sent may still arrive in part. */
  void onDeath(SimProcess process) {
    disconnections.onDeath(process);
  }
}
