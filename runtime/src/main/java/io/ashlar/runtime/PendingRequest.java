package io.ashlar.runtime;

import io.ashlar.host.Failure;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;

/**
 * A request that waits for its reply, its failure or its deadline: whichever comes first takes it
 * out of its table, so that it is settled once. As an event it tells the role. Of the loop's thread
 * alone.
 */
final class PendingRequest extends TimeoutWheel.Entry implements Runnable {
  /** Set by the table. */
  long number;

  private final RoleSlot slot;
  private final RequestTable table;
  private final Class<? extends Message> replyType;
  private final ReplyHandler<Message> handler;
  private Message reply;
  private Failure failure;

  @SuppressWarnings("unchecked")
  <R extends Message> PendingRequest(
      RoleSlot slot, RequestTable table, Class<R> replyType, ReplyHandler<R> handler) {
    this.slot = slot;
    this.table = table;
    this.replyType = replyType;
    // Only replies of the type are given to it.
    this.handler = (ReplyHandler<Message>) handler;
  }

  /** Whether the message may answer this request. */
  boolean accepts(Message message) {
    return message instanceof Refused || replyType.isInstance(message);
  }

  Class<? extends Message> replyType() {
    return replyType;
  }

  /** Already out of its table: the outcome the event will tell. */
  PendingRequest settled(Message with) {
    if (with instanceof Refused refused) {
      return failed(Failure.refused(refused.code(), refused.detail()));
    }
    reply = with;
    return this;
  }

  /** Already out of its table: the outcome the event will tell. */
  PendingRequest failed(Failure with) {
    failure = with;
    return this;
  }

  @Override
  void expire() {
    table.remove(number);
    failed(Failure.timedOut()).run();
    table.timedOut();
  }

  /** The event: exactly one call of the handler, unless the role has stopped. */
  @Override
  public void run() {
    if (slot.isStopped()) {
      return;
    }
    slot.touch();
    if (failure != null) {
      handler.onFailure(failure);
    } else {
      handler.onReply(reply);
    }
  }
}
