package io.ashlar.simulation.faults;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.function.Consumer;

/** Sends what nobody should send, and expects a refusal. */
final class Stranger implements Role {
  static final long ENDPOINT = 0x57A;

  private static final long TIMEOUT_NANOS = 5_000_000_000L;

  private final Host host;
  private final Consumer<String> onAccepted;

  /**
   * @param onAccepted hears of a request that was not refused, in words
   */
  Stranger(Host host, Consumer<String> onAccepted) {
    this.host = host;
    this.onAccepted = onAccepted;
  }

  /** Asks, on the process's loop. */
  void ask(Address to, String whom, Message request) {
    host.network()
        .request(
            to,
            request,
            Message.class,
            TIMEOUT_NANOS,
            new ReplyHandler<>() {
              @Override
              public void onReply(Message reply) {
                if (IllegalRequests.isIllegal(request)) {
                  onAccepted.accept(whom + " answers " + request + " with " + reply);
                }
              }

              @Override
              public void onFailure(Failure failure) {
                // Refused, or lost on the way.
              }
            });
  }

  @Override
  public void start() {}

  @Override
  public void onMessage(Inbound inbound) {}

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
