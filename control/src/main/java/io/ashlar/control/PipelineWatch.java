package io.ashlar.control;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Asks every role of an epoch's pipeline, again and again, whether it lives, and tells of the first
 * that does not: at once when its connection broke or it is not there, after a second of silence.
 */
final class PipelineWatch {
  private final Host host;
  private final ControllerOptions options;
  private final List<EpochPlan.Placed> roles;
  private final BiConsumer<Failure.Kind, String> onFailure;
  private final boolean[] asked;
  private Timers.Timer timer;
  private boolean stopped;

  PipelineWatch(
      Host host,
      ControllerOptions options,
      List<EpochPlan.Placed> roles,
      BiConsumer<Failure.Kind, String> onFailure) {
    this.host = host;
    this.options = options;
    this.roles = roles;
    this.onFailure = onFailure;
    this.asked = new boolean[roles.size()];
  }

  void start() {
    for (int i = 0; i < roles.size(); i++) {
      if (!asked[i]) {
        asked[i] = true;
        host.network()
            .request(
                roles.get(i).address(),
                new Ping(),
                Pong.class,
                options.silenceNanos(),
                new Answer(i));
      }
    }
    timer = host.timers().schedule(options.pingIntervalNanos(), this::start);
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** The answer of one role. */
  private final class Answer implements ReplyHandler<Pong> {
    private final int role;

    Answer(int role) {
      this.role = role;
    }

    @Override
    public void onReply(Pong reply) {
      asked[role] = false;
    }

    @Override
    public void onFailure(Failure failure) {
      asked[role] = false;
      if (!stopped) {
        stop();
        PipelineWatch.this.onFailure.accept(
            failure.kind(),
            "the role at "
                + roles.get(role).address()
                + " failed: "
                + failure.code().label()
                + (failure.detail().isEmpty() ? "" : ", " + failure.detail()));
      }
    }
  }
}
