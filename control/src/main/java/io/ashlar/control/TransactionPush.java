package io.ashlar.control;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.TagPlacement;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.LogPushed;
import io.ashlar.message.PushLog;
import java.util.List;

/** RECOVERY_TRANSACTION: pushes it to every log server of the new generation. */
final class TransactionPush {
  private final Host host;
  private final ControllerOptions options;
  private final LogGeneration generation;
  private final List<EpochPlan.Placed> logs;
  private final RecoveryTransaction transaction;
  private final PhaseListener listener;
  private final TagPlacement placement;
  private final boolean[] pushed;
  private final boolean[] asked;
  private boolean over;

  /**
   * @param generation the new one
   * @param logs its members' places, in their order
   */
  TransactionPush(
      Host host,
      ControllerOptions options,
      LogGeneration generation,
      List<EpochPlan.Placed> logs,
      RecoveryTransaction transaction,
      PhaseListener listener) {
    this.host = host;
    this.options = options;
    this.generation = generation;
    this.logs = logs;
    this.transaction = transaction;
    this.listener = listener;
    this.placement = new TagPlacement(generation);
    this.pushed = new boolean[logs.size()];
    this.asked = new boolean[logs.size()];
  }

  /** Nothing that comes from now on counts. */
  void stop() {
    over = true;
  }

  /** Whether every log server has it. */
  boolean isComplete() {
    for (boolean flag : pushed) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }

  /** Pushes to those that do not have it and are not being asked. */
  void pushMissing() {
    for (int i = 0; i < pushed.length; i++) {
      if (!pushed[i] && !asked[i]) {
        asked[i] = true;
        push(i);
        if (host.faults().at("recovery.push-again")) {
          push(i);
        }
      }
    }
  }

  private void push(int member) {
    host.network()
        .request(
            logs.get(member).address(),
            new PushLog(
                generation.epoch(),
                generation.recoveryVersion(),
                generation.recoveryTransactionVersion(),
                generation.recoveryVersion(),
                transaction.payloadFor(placement, member)),
            LogPushed.class,
            options.silenceNanos(),
            new PushReply(member));
  }

  /** The answer of one log server. */
  private final class PushReply implements ReplyHandler<LogPushed> {
    private final int member;

    PushReply(int member) {
      this.member = member;
    }

    @Override
    public void onReply(LogPushed reply) {
      if (over) {
        return;
      }
      pushed[member] = true;
      listener.onProgress();
    }

    @Override
    public void onFailure(Failure failure) {
      if (over || pushed[member]) {
        return;
      }
      asked[member] = false;
      host.probes().hit("recovery.transaction-not-pushed");
      boolean isBusy = failure.isRefusal(ErrorCode.SERVER_REQUEST_QUEUE_FULL);
      if (failure.kind() == Failure.Kind.REFUSED && !isBusy) {
        listener.onFailed(
            "log server " + member + " of the new generation refused: " + failure.code());
      }
    }
  }
}
