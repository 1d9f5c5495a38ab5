package io.ashlar.runtime;

import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of a process's roles. Those to a role of the same process go by reference through
 * the loop's own queue, the others as frames over {@link Links}. Of the loop's thread alone.
 *
 * <p>A request is known by the number its table gave it. The number a role sees in {@link
 * Inbound#requestId} has the link it came by in its upper bits, 0 for this process, so that a reply
 * never goes out on another connection than its request came in by.
 */
final class ProcessNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessNetwork.class);
  private static final int SERIAL_SHIFT = 40;

  private final RingLoop loop;
  private final HostOptions options;
  private final LongFunction<RoleSlot> roles;
  private final RequestTable localRequests = new RequestTable(() -> {});
  private final Frame.Writer writer = new Frame.Writer();
  private String process;
  private Links links;

  /**
   * @param roles gives the running role of an endpoint, or null
   */
  ProcessNetwork(RingLoop loop, HostOptions options, LongFunction<RoleSlot> roles) {
    this.loop = loop;
    this.options = options;
    this.roles = roles;
  }

  /**
   * Before the loop starts: under which name roles of this process are addressed, and the links.
   */
  void open(String name, Links connections) {
    process = name;
    links = connections;
  }

  String process() {
    return process;
  }

  private boolean isHere(String name) {
    return name.equals(process);
  }

  // What roles do

  void send(Address from, Address to, Message message) {
    if (isHere(to.process())) {
      Inbound inbound = new Inbound(from, 0, message);
      loop.enqueue(() -> deliver(to.endpoint(), inbound));
      return;
    }
    Link link = links.to(to.process());
    if (link != null) {
      sendFrame(link, Frame.Type.ONE_WAY, 0, to.endpoint(), from.endpoint(), message);
    }
  }

  <R extends Message> void request(
      RoleSlot slot,
      Address from,
      Address to,
      Message message,
      Class<R> replyType,
      long timeoutNanos,
      ReplyHandler<R> handler) {
    Check.that(timeoutNanos > 0, "a request without time: ", timeoutNanos);
    if (isHere(to.process())) {
      PendingRequest request = new PendingRequest(slot, localRequests, replyType, handler);
      localRequests.add(request);
      loop.timeouts().add(request, loop.nowNanos() + timeoutNanos);
      Inbound inbound = new Inbound(from, request.number, message);
      loop.enqueue(() -> deliver(to.endpoint(), inbound));
      return;
    }
    Link link = links.to(to.process());
    RequestTable table = link == null ? localRequests : link.requests;
    PendingRequest request = new PendingRequest(slot, table, replyType, handler);
    if (link == null) {
      loop.enqueue(request.failed(Failure.disconnected(links.whyNot(to.process()))));
      return;
    }
    if (table.isExhausted() || table.count() >= options.requestsMax()) {
      links.cut(link, table.count() + " requests wait for an answer");
      loop.enqueue(request.failed(Failure.disconnected("too many requests wait for an answer")));
      return;
    }
    table.add(request);
    loop.timeouts().add(request, loop.nowNanos() + timeoutNanos);
    sendRequest(link, request, from, to, message);
  }

  private void sendRequest(
      Link link, PendingRequest request, Address from, Address to, Message message) {
    long number = request.number;
    if (!sendFrame(link, Frame.Type.REQUEST, number, to.endpoint(), from.endpoint(), message)) {
      loop.timeouts().remove(link.requests.remove(number));
      loop.enqueue(request.failed(Failure.refused(ErrorCode.INTERNAL_ERROR, tooLarge(message))));
    }
  }

  void reply(Inbound request, Message reply) {
    if (!request.wantsReply()) {
      return;
    }
    long serial = request.requestId() >>> SERIAL_SHIFT;
    long number = request.requestId() & RequestTable.NUMBER_MAX;
    if (serial == 0) {
      replyHere(number, reply);
      return;
    }
    Link link = links.existing(request.from().process(), serial);
    if (link != null && !sendFrame(link, Frame.Type.REPLY, number, 0, 0, reply)) {
      Refused refused = new Refused(ErrorCode.INTERNAL_ERROR, tooLarge(reply));
      sendFrame(link, Frame.Type.REPLY, number, 0, 0, refused);
    }
  }

  private void replyHere(long number, Message reply) {
    PendingRequest request = localRequests.remove(number);
    if (request != null) {
      Check.that(request.accepts(reply), "a reply of another kind than asked for: ", reply.kind());
      loop.timeouts().remove(request);
      loop.enqueue(request.settled(reply));
    }
  }

  /** False when the message is larger than a frame may be, and was not sent. */
  private boolean sendFrame(
      Link link, Frame.Type type, long number, long to, long from, Message message) {
    int size = writer.prepare(type, number, to, from, message);
    if (size < 0) {
      LOG.error("not sent to {}: {}", link.peer, tooLarge(message));
      return false;
    }
    if (link.unsentBytes() + size > options.outboxBytesMax()) {
      links.cut(link, link.unsentBytes() + " bytes are unsent");
      return true;
    }
    links.collect(link, writer, size);
    return true;
  }

  private static String tooLarge(Message message) {
    return message.kind() + " is larger than a frame may be";
  }

  // What arrives

  /** An event: a message for a role of this process. */
  private void deliver(long endpoint, Inbound inbound) {
    RoleSlot slot = roles.apply(endpoint);
    if (slot != null) {
      slot.onMessage(inbound);
    } else if (inbound.wantsReply()) {
      reply(
          inbound,
          new Refused(
              ErrorCode.BROKEN_PROMISE, "no role at endpoint " + Long.toHexString(endpoint)));
    }
  }

  /** An event: a frame from another process. */
  void onFrame(Link link, Frame frame) {
    link.heardNanos = loop.nowNanos();
    if (frame.type() != Frame.Type.REPLY) {
      long id = frame.number() == 0 ? 0 : link.serial << SERIAL_SHIFT | frame.number();
      Inbound inbound = new Inbound(link.address(frame.from()), id, frame.message());
      deliver(frame.to(), inbound);
      return;
    }
    PendingRequest request = link.requests.remove(frame.number());
    if (request == null) {
      return;
    }
    loop.timeouts().remove(request);
    if (request.accepts(frame.message())) {
      request.settled(frame.message()).run();
    } else {
      String reason =
          "a " + frame.message().kind() + " where " + request.replyType() + " was asked for";
      loop.enqueue(request.failed(Failure.disconnected(reason)));
      links.cut(link, reason);
    }
  }

  /** The link has broken: its requests fail, in the order in which they were sent. */
  void onBroken(Link link, String reason) {
    for (PendingRequest request : link.requests.removeAll()) {
      loop.timeouts().remove(request);
      loop.enqueue(request.failed(Failure.disconnected(reason)));
    }
  }
}
