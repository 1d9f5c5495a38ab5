package io.ashlar.control;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import java.util.List;

/**
 * Asks each of some coordinators whether it is there, again and again, until all have said so. They
 * keep nothing of that, as they do of whatever else one can ask them.
 */
final class RollCall {
  private final Host host;
  private final QuorumOptions options;
  private final List<Address> coordinators;
  private final Runnable onComplete;
  private final boolean[] present;
  private final boolean[] asked;
  private boolean isOver;
  private Timers.Timer retry;

  /**
   * @param onComplete runs once all are there, unless it is stopped before
   */
  RollCall(Host host, QuorumOptions options, List<Address> coordinators, Runnable onComplete) {
    this.host = host;
    this.options = options;
    this.coordinators = coordinators;
    this.onComplete = onComplete;
    this.present = new boolean[coordinators.size()];
    this.asked = new boolean[coordinators.size()];
  }

  void begin() {
    for (int i = 0; i < present.length; i++) {
      if (!present[i] && !asked[i]) {
        asked[i] = true;
        host.network()
            .request(
                coordinators.get(i), new Ping(), Pong.class, options.requestNanos(), new Answer(i));
      }
    }
    retry = host.timers().schedule(options.retryNanos(), this::begin);
  }

  void stop() {
    isOver = true;
    retry.cancel();
  }

  /** What one of them says. */
  private final class Answer implements ReplyHandler<Pong> {
    private final int coordinator;

    Answer(int coordinator) {
      this.coordinator = coordinator;
    }

    @Override
    public void onReply(Pong reply) {
      present[coordinator] = true;
      for (boolean one : present) {
        if (!one) {
          return;
        }
      }
      if (!isOver) {
        stop();
        onComplete.run();
      }
    }

    @Override
    public void onFailure(Failure failure) {
      asked[coordinator] = false;
    }
  }
}
