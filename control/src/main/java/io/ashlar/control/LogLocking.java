package io.ashlar.control;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * LOCKING_LOGS: locks the log servers of the last generation, those that can be found, until enough
 * are locked.
 */
final class LogLocking {
  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final long epoch;
  private final LogGeneration last;
  private final PhaseListener listener;
  private final Consumer<String> heldUpBy;
  private final LogLocks locks;
  private final boolean[] asked;

  /** Members whose files are lost or corrupt, as they said last. */
  private final TreeSet<Integer> lost = new TreeSet<>();

  private boolean over;

  /**
   * @param epoch the attempt's
   * @param last the generation to be locked
   * @param heldUpBy hears what of it is lost or corrupt, for people
   */
  LogLocking(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      long epoch,
      LogGeneration last,
      PhaseListener listener,
      Consumer<String> heldUpBy) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.epoch = epoch;
    this.last = last;
    this.listener = listener;
    this.heldUpBy = heldUpBy;
    this.locks = new LogLocks(last);
    this.asked = new boolean[last.members().size()];
  }

  /** Nothing that comes from now on counts. */
  void stop() {
    over = true;
  }

  /** Asks those that are not locked and are not being asked. */
  void lockMissing() {
    for (int i = 0; i < asked.length; i++) {
      Address address = workers.logAddress(last.members().get(i).logId());
      if (!locks.isLocked(i) && !asked[i] && !address.equals(Address.NONE)) {
        asked[i] = true;
        host.network()
            .request(
                address,
                new LockLog(epoch),
                LogLocked.class,
                options.silenceNanos(),
                new LockReply(i));
      }
    }
  }

  /** Whether it would be enough if those answered that are silent, whom another may reach. */
  boolean canBeEnough() {
    return locks.canBeEnough(lost);
  }

  /** Those that are not locked, for people. */
  String missing() {
    StringBuilder missing = new StringBuilder();
    for (int i = 0; i < asked.length; i++) {
      if (!locks.isLocked(i)) {
        Address address = workers.logAddress(last.members().get(i).logId());
        missing
            .append(missing.isEmpty() ? "" : ", ")
            .append("log server ")
            .append(last.members().get(i).logId())
            .append(" in zone ")
            .append(last.members().get(i).zone())
            .append(address.equals(Address.NONE) ? ", which nobody has" : "");
      }
    }
    return missing.toString();
  }

  /** Where the old epoch ended, or null while too few are locked. */
  LogLocks.Decision decide() {
    LogLocks.Decision decision = locks.decide();
    if (decision == null) {
      for (LogLocks.Lock lock : locks.damaged()) {
        heldUpBy.accept(
            "log server "
                + last.members().get(lock.member()).logId()
                + " ends at "
                + lock.end()
                + ", and more is known to be committed: it has lost what it had; restore its files");
      }
      return null;
    }
    if (!locks.damaged().isEmpty()) {
      host.probes().hit("recovery.log-server-lost-synced-data");
      host.trace().event("LogServersDamaged", "epoch", epoch, "count", locks.damaged().size());
    }
    host.trace()
        .event(
            "RecoveryVersion",
            "epoch",
            epoch,
            "recoveryVersion",
            decision.recoveryVersion(),
            "begin",
            decision.begin());
    return decision;
  }

  /** The answer of one log server to the lock. */
  private final class LockReply implements ReplyHandler<LogLocked> {
    private final int member;

    LockReply(int member) {
      this.member = member;
    }

    @Override
    public void onReply(LogLocked reply) {
      if (over) {
        return;
      }
      asked[member] = false;
      lost.remove(member);
      locks.record(new LogLocks.Lock(member, reply.end(), reply.knownCommittedVersion()));
      listener.onProgress();
    }

    @Override
    public void onFailure(Failure failure) {
      if (over) {
        return;
      }
      asked[member] = false;
      host.probes().hit("recovery.log-server-not-locked");
      if (failure.kind() == Failure.Kind.REFUSED) {
        if (failure.code() == ErrorCode.FILE_CORRUPT) {
          lost.add(member);
          heldUpBy.accept(failure.detail());
        } else if (failure.code() == ErrorCode.RECRUITMENT_FAILED) {
          // It was finished, or its generation would not be in the coordinated state.
          lost.add(member);
          heldUpBy.accept(
              "the files of log server "
                  + last.members().get(member).logId()
                  + ", which are missing; restore them from a copy");
        }
        host.trace()
            .event(
                "LogNotLocked",
                "member",
                member,
                "code",
                failure.code(),
                "detail",
                failure.detail());
      }
    }
  }
}
