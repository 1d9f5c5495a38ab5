package io.ashlar.proxy;

import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.function.Consumer;

/**
 * Sends requests that may be repeated: each is sent again, after a delay that doubles up to a
 * bound, or stays short while it is refused for want of room, until it is answered, cancelled, or
 * the proxy's service ends. There is no limit to the tries, because only the controller decides
 * that a peer is gone, and then it ends the proxy too; the number of requests under way is bounded
 * by the batches that make them.
 */
final class Requests {
  private final Host host;
  private final long timeoutNanos;
  private final long delayMinNanos;
  private final long delayMaxNanos;
  private final Consumer<String> onRefused;
  private boolean ended;
  private long repeatedCount;

  /**
   * @param onRefused called, with why, when a request is refused as malformed: repeating it would
   *     never end
   */
  Requests(
      Host host,
      long timeoutNanos,
      long delayMinNanos,
      long delayMaxNanos,
      Consumer<String> onRefused) {
    this.host = host;
    this.timeoutNanos = timeoutNanos;
    this.delayMinNanos = delayMinNanos;
    this.delayMaxNanos = delayMaxNanos;
    this.onRefused = onRefused;
  }

  /** Hears of one request. */
  @FunctionalInterface
  interface Listener<R> {
    /** The answer; nothing more comes. */
    void onReply(R reply);

    /** A try failed; the request is repeated unless it is cancelled here. */
    default void onFailure(Failure failure) {}
  }

  <R extends Message> Repeated<R> start(
      Address to, Message message, Class<R> reply, Listener<R> listener) {
    Repeated<R> request = new Repeated<>(to, message, reply, listener);
    request.send();
    if (host.faults().at("proxy.repeat-request")) {
      // Every one of them may be repeated.
      request.send();
    }
    return request;
  }

  /** Sends a request once more though it was answered before: nobody waits for what comes. */
  void repeatAnswered(Address to, Message message) {
    Repeated<Message> late = new Repeated<>(to, message, Message.class, answer -> {});
    host.network().request(to, message, Message.class, timeoutNanos, late);
    late.cancel();
  }

  /** No request is sent and no listener called any more. */
  void end() {
    ended = true;
  }

  /** How often a request had to be sent again. */
  long repeatedCount() {
    return repeatedCount;
  }

  /** One request with its repetitions. */
  final class Repeated<R extends Message> implements ReplyHandler<R> {
    private final Address to;
    private final Message message;
    private final Class<R> reply;
    private final Listener<R> listener;
    private long delayNanos = delayMinNanos;
    private boolean done;

    private Repeated(Address to, Message message, Class<R> reply, Listener<R> listener) {
      this.to = to;
      this.message = message;
      this.reply = reply;
      this.listener = listener;
    }

    private boolean isOver() {
      return done || ended;
    }

    void cancel() {
      done = true;
    }

    private void send() {
      if (!isOver()) {
        host.network().request(to, message, reply, timeoutNanos, this);
      }
    }

    private void sendAgain() {
      repeatedCount++;
      host.probes().hit("proxy.request-repeated");
      send();
    }

    @Override
    public void onReply(R answer) {
      if (!isOver()) {
        done = true;
        listener.onReply(answer);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (isOver()) {
        return;
      }
      if (failure.isRefusal(ErrorCode.MALFORMED_REQUEST)) {
        done = true;
        onRefused.accept(message.kind() + " to " + to + ": " + failure.detail());
        return;
      }
      listener.onFailure(failure);
      if (!isOver()) {
        host.timers().schedule(delayNanos, this::sendAgain);
        // Who has no room has some as soon as a batch before this one is done. With a longer delay
        // the chain would move by one batch for each such delay, and fall behind for ever.
        delayNanos =
            failure.isRefusal(ErrorCode.SERVER_REQUEST_QUEUE_FULL)
                ? delayMinNanos
                : Math.min(delayNanos * 2, delayMaxNanos);
      }
    }
  }
}
