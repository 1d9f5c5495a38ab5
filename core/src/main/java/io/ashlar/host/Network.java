package io.ashlar.host;

import io.ashlar.message.Address;
import io.ashlar.message.Message;

/**
 * Messages to other roles, in this process or another.
 *
 * <p>Between two processes there is at most one connection at a time, opened by the first message.
 * Within it messages arrive in order and at most once; it may be cut at any byte, perhaps seen by
 * one side only; nothing is sent again. No method throws for any of this. A message is not changed
 * after it was handed over.
 *
 * <p>Bounds: a destination's unsent bytes are limited; when they are full the connection is cut,
 * and its requests fail with {@link Failure.Kind#DISCONNECTED}.
 */
public interface Network {
  /** The address of the role this port belongs to. */
  Address self();

  /** Sends one way: whether it arrives is not told. */
  void send(Address to, Message message);

  /**
   * Answers a request; at most once for each, and ignored when its connection is gone. Ignored too
   * for a one-way message: whether a peer wants an answer is the peer's word, so a role may answer
   * whatever it is sent.
   */
  void reply(Inbound request, Message reply);

  /**
   * Sends a request. Exactly one method of {@code handler} is called, once, unless the role stops
   * before.
   *
   * @param reply the kind of reply that is expected; a {@link io.ashlar.message.Refused} is a
   *     failure of kind {@link Failure.Kind#REFUSED}
   * @param timeoutNanos how long to wait at most, positive
   */
  <R extends Message> void request(
      Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler);
}
