package io.ashlar.control;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import java.util.List;

/**
 * Asks every role of an epoch's pipeline, again and again, whether it lives, and tells of the first
 * that does not: at once when its connection broke or it is not there, after a second of silence.
 * Of the log servers as many may be missing as {@link LogTolerance} says; it goes on asking them.
 */
final class PipelineWatch {
  /** Hears of the end, once. */
  interface Listener {
    /**
     * @param process where the role was that failed
     * @param reason for people
     */
    void onFailed(String process, Failure.Kind kind, String reason);
  }

  private final Host host;
  private final ControllerOptions options;
  private final List<EpochPlan.Placed> roles;

  /** The roles before are no log servers, the others are, in the order of the members. */
  private final int firstLog;

  private final LogTolerance tolerance;
  private final Listener listener;
  private final boolean[] asked;
  private Timers.Timer timer;
  private boolean stopped;

  PipelineWatch(
      Host host, ControllerOptions options, EpochPlan plan, int antiQuorum, Listener listener) {
    this.host = host;
    this.options = options;
    this.roles = plan.all();
    this.firstLog = roles.size() - plan.logs().size();
    this.tolerance = new LogTolerance(plan.logs().size(), antiQuorum, options.graceNanos());
    this.listener = listener;
    this.asked = new boolean[roles.size()];
  }

  void start() {
    int overdue = tolerance.overdue(host.clock().nowNanos());
    if (overdue >= 0) {
      host.probes().hit("controller.log-server-replaced");
      fail(
          firstLog + overdue,
          Failure.Kind.TIMED_OUT,
          "the log server at "
              + roles.get(firstLog + overdue).address()
              + " has been missing for longer than the time of grace");
      return;
    }
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

  /** How many log servers the epoch goes on without. */
  int missingLogs() {
    return tolerance.missing();
  }

  private void fail(int role, Failure.Kind kind, String why) {
    stop();
    listener.onFailed(roles.get(role).process(), kind, why);
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
      if (role >= firstLog && tolerance.isBack(role - firstLog)) {
        host.probes().hit("controller.log-server-back-in-time");
      }
    }

    @Override
    public void onFailure(Failure failure) {
      asked[role] = false;
      if (stopped) {
        return;
      }
      if (role >= firstLog && tolerance.miss(role - firstLog, host.clock().nowNanos())) {
        host.probes().hit("controller.log-server-missed");
      } else {
        fail(
            role,
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
