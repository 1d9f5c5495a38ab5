package io.ashlar.simulation;

import io.ashlar.host.Failure;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.function.Consumer;

/**
 * What a probe asks of roles, again and again until it knows enough: a question that fails says
 * nothing, since the same one comes with the next round, and a run whose probe never learns what it
 * needs fails for that.
 */
final class Questions {
  private static final long TIMEOUT_NANOS = 1_000_000_000;

  private final Network network;

  Questions(Network network) {
    this.network = network;
  }

  /** {@code onAnswer} is called from the probe's loop, or never. */
  <R extends Message> void ask(Address to, Message question, Class<R> reply, Consumer<R> onAnswer) {
    network.request(
        to,
        question,
        reply,
        TIMEOUT_NANOS,
        new ReplyHandler<R>() {
          @Override
          public void onReply(R answer) {
            onAnswer.accept(answer);
          }

          @Override
          public void onFailure(Failure failure) {
            // It is asked again.
          }
        });
  }
}
