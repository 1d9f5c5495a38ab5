package io.ashlar.log;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.ConfirmEpoch;
import io.ashlar.message.EpochConfirmed;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPopped;
import io.ashlar.message.LogSet;
import io.ashlar.message.LogState;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.PopLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the versions of one generation: takes pushes in the order of the chain, acknowledges them
 * when they and everything before them are durable, and hands them out by tag.
 *
 * <p>A life: STARTING (a new one copies the tail, an old one reads its files), then SERVING until
 * it is stopped. REFUSING, for ever, when its files are corrupt or it was never recruited to the
 * end. A new one takes pushes until it is locked; one that was started again is locked from the
 * outset.
 */
public final class LogServer implements Role {
  private static final String NAME = "log-server";

  /** How long a group may be put off: more than events take to follow one another. */
  private static final long LATER_NANOS = 1_000_000;

  private enum State {
    STARTING,
    SERVING,
    REFUSING
  }

  private final Host host;
  private final Uid logId;
  private final LogServerOptions options;
  private final Runnable onReady;

  /** Null for one that was started again. */
  private final RecruitLog recruit;

  private final LogPushes pushes;
  private final LogLock lock = new LogLock();
  private final LogPeeks peeks;
  private final List<Inbound> waitingLocks = new ArrayList<>();
  private State state = State.STARTING;
  private Refused refusal;
  private LogRecruiting recruiting;
  private LogStore store;
  private long epoch;

  private LogServer(
      Host host, Uid logId, RecruitLog recruit, LogServerOptions options, Runnable onReady) {
    this.host = host;
    this.logId = logId;
    this.recruit = recruit;
    this.options = options;
    this.onReady = onReady;
    pushes = new LogPushes(host, options);
    peeks = new LogPeeks(host, options, pushes, new Peeked());
  }

  /**
   * A new log server. It copies its part of the tail first.
   *
   * @param host bound to the endpoint {@code logId.low()}, with this log server's own folder
   * @param recruit what recovery asks for
   * @param onReady called in a later event when the tail is durable and pushes are taken: answer
   *     {@code Recruited} then. Never called when the folder holds a log server that was finished
   *     before (it then serves as one started again) or the request is not for this log server
   */
  public static LogServer recruit(
      Host host, RecruitLog recruit, LogServerOptions options, Runnable onReady) {
    return new LogServer(host, recruit.logId(), recruit, options, onReady);
  }

  /**
   * A log server of an earlier life of the process: serves what it holds as if locked, for ever.
   *
   * @param host bound to the endpoint {@code logId.low()}, with this log server's own folder
   * @param onReady called in a later event when its files are read, whatever they hold
   */
  public static LogServer restart(
      Host host, Uid logId, LogServerOptions options, Runnable onReady) {
    return new LogServer(host, logId, null, options, onReady);
  }

  /**
   * The epoch of its generation; 0 until it is known, and when it was never recruited to the end.
   */
  public long epoch() {
    return epoch;
  }

  /**
   * Whether it started again and found that it was never recruited to the end. It is in no
   * generation then, and its folder can be deleted.
   */
  public boolean isNeverFinished() {
    return refusal != null && refusal.code() == ErrorCode.RECRUITMENT_FAILED;
  }

  @Override
  public void start() {
    if (recruit == null) {
      new LogReopening(host, logId, new Reopened()).start();
    } else if (!isWellFormed(recruit)) {
      refuseAll(ErrorCode.MALFORMED_REQUEST, "no member of the generation, or no addresses");
    } else {
      recruiting = new LogRecruiting(host, recruit, options, new Recruiting());
      recruiting.start();
    }
  }

  private static boolean isWellFormed(RecruitLog recruit) {
    LogSet old = recruit.old();
    return HeldTags.indexOf(recruit.generation(), recruit.logId()) >= 0
        && old.addresses().size() == old.generation().members().size();
  }

  private final class Reopened implements LogReopening.Owner {
    @Override
    public LogStore onGeneration(LogGeneration generation) {
      epoch = generation.epoch();
      store = new LogStore(host, logId, generation, options, new Stored());
      return store;
    }

    @Override
    public void onNeverFinished() {
      host.probes().hit("log.never-finished");
      refuseAll(ErrorCode.RECRUITMENT_FAILED, "this log server was never recruited to the end");
      ready();
    }

    @Override
    public void onCorrupt(String file, long offset, String why) {
      LogServer.this.onCorrupt(file, offset, why);
      ready();
    }

    @Override
    public void onReopened(LogFiles.LockFile file) {
      pushes.endAt(file.end(), file.knownCommitted());
      lock.onWritten(file);
      pushes.refuseAll(new Refused(ErrorCode.TLOG_STOPPED, "started again"));
      host.trace().event("LogReopened", "epoch", epoch, "end", pushes.end());
      serve();
      ready();
    }

    private void ready() {
      if (recruit == null) {
        onReady.run();
      }
    }
  }

  private final class Recruiting implements LogRecruiting.Owner {
    @Override
    public LogStore onFolderEmpty() {
      LogGeneration generation = recruit.generation();
      epoch = generation.epoch();
      pushes.beginAt(generation.begin());
      store = new LogStore(host, logId, generation, options, new Stored());
      store.create(generation.begin());
      return store;
    }

    @Override
    public void onFinishedBefore() {
      recruiting = null;
      new LogReopening(host, logId, new Reopened()).start();
    }

    @Override
    public void onRecruited() {
      recruiting = null;
      pushes.open(store, recruit.generation().recoveryVersion());
      host.trace().event("LogRecruited", "epoch", epoch, "end", pushes.end());
      serve();
      onReady.run();
    }
  }

  private final class Stored implements LogStore.Owner {
    @Override
    public void onDurable() {
      if (recruiting != null) {
        recruiting.onDurable();
      } else {
        if (host.trace().isEnabled()) {
          host.trace().event("VersionsDurable", "through", store.durable());
        }
        pushes.onDurable(store.durable());
        writeLock();
      }
    }

    @Override
    public void onCorrupt(String file, long offset) {
      LogServer.this.onCorrupt(file, offset, "bytes read back are not those written");
    }
  }

  private final class Peeked implements LogPeeks.Owner {
    @Override
    public LogStore serving() {
      return state == State.SERVING ? store : null;
    }

    @Override
    public boolean isLocked() {
      return lock.isLocked();
    }
  }

  private void serve() {
    state = State.SERVING;
    pushes.takeParked();
    peeks.onNews();
    List<Inbound> locks = List.copyOf(waitingLocks);
    waitingLocks.clear();
    locks.forEach(this::onLock);
  }

  private void onCorrupt(String file, long offset, String why) {
    host.probes().hit("log.corrupt");
    host.trace().event("LogCorrupt", "file", file, "offset", offset, "why", why);
    refuseAll(ErrorCode.FILE_CORRUPT, file + " at offset " + offset + ": " + why);
  }

  /** Nothing is served any more: what waits, and what will come, is told why. */
  private void refuseAll(ErrorCode code, String detail) {
    state = State.REFUSING;
    refusal = new Refused(code, detail);
    pushes.refuseAll(refusal);
    waitingLocks.forEach(waiting -> host.network().reply(waiting, refusal));
    waitingLocks.clear();
    peeks.refuseAll(refusal);
  }

  @Override
  public void onMessage(Inbound inbound) {
    switch (inbound.message().kind()) {
      case PING -> onPing(inbound);
      case GET_ROLE_STATUS -> reply(inbound, status());
      case PUSH_LOG, CONFIRM_EPOCH, LOCK_LOG, PEEK_LOG, POP_LOG, GET_LOG_STATE -> {
        if (state == State.REFUSING) {
          reply(inbound, refusal);
        } else {
          onRequest(inbound);
        }
      }
      default -> {
        host.probes().hit("log.foreign-message");
        refuse(inbound, ErrorCode.MALFORMED_REQUEST, "not for a log server");
      }
    }
  }

  /**
   * The controller asks whether the epoch can go on with it. With one that takes nothing any more
   * it cannot, although it lives: it may have been started again so soon that nobody missed it.
   */
  private void onPing(Inbound inbound) {
    if (state == State.REFUSING) {
      reply(inbound, refusal);
    } else if (recruit == null || lock.isClosed()) {
      refuse(inbound, ErrorCode.TLOG_STOPPED, "");
    } else {
      reply(inbound, new Pong());
    }
  }

  private void onRequest(Inbound inbound) {
    switch (inbound.message().kind()) {
      case PUSH_LOG -> onPush(inbound);
      case CONFIRM_EPOCH -> onConfirmEpoch(inbound);
      case LOCK_LOG -> onLock(inbound);
      case PEEK_LOG -> peeks.onPeek(inbound);
      case POP_LOG -> onPop(inbound);
      case GET_LOG_STATE -> onGetLogState(inbound);
      default -> throw new IllegalStateException("unreachable: " + inbound.message().kind());
    }
  }

  private void onPush(Inbound inbound) {
    PushLog push = (PushLog) inbound.message();
    // One that was started again takes nothing, also while its files are still being read.
    if (recruit == null || lock.isClosed() || push.epoch() != recruit.epoch()) {
      host.probes().hit("log.push-after-the-end");
      refuse(inbound, ErrorCode.TLOG_STOPPED, "");
    } else {
      pushes.onPush(inbound, push);
    }
  }

  private void onConfirmEpoch(Inbound inbound) {
    ConfirmEpoch confirm = (ConfirmEpoch) inbound.message();
    if (recruit == null || lock.isClosed() || confirm.epoch() != recruit.epoch()) {
      host.probes().hit("log.confirm-after-the-end");
      refuse(inbound, ErrorCode.TLOG_STOPPED, "");
    } else if (state != State.SERVING) {
      refuse(inbound, ErrorCode.RECRUITMENT_FAILED, "not recruited yet");
    } else {
      reply(inbound, new EpochConfirmed());
    }
  }

  private void onLock(Inbound inbound) {
    LockLog request = (LockLog) inbound.message();
    if (state == State.STARTING) {
      if (recruit != null) {
        refuse(inbound, ErrorCode.RECRUITMENT_FAILED, "not recruited yet");
      } else {
        host.probes().hit("log.lock-while-files-are-read");
        waitForLock(inbound);
      }
      return;
    }
    if (request.epoch() <= epoch) {
      host.probes().hit("log.lock-of-an-older-epoch");
      // An attempt older than this generation: it can write no state any more.
      refuse(inbound, ErrorCode.COORDINATED_STATE_CONFLICT, "this is epoch " + epoch);
      return;
    }
    if (lock.isLocked()) {
      host.probes().hit("log.locked-before");
      reply(inbound, locked());
      return;
    }
    if (!waitForLock(inbound)) {
      return;
    }
    if (lock.close(request.epoch())) {
      host.trace().event("LogLocking", "by", request.epoch(), "end", pushes.end());
      if (pushes.parkedCount() > 0) {
        host.probes().hit("log.parked-when-locked");
      }
      if (pushes.unacknowledgedCount() > 0) {
        host.probes().hit("log.unacknowledged-when-locked");
      }
      // Parked pushes are not part of the chain. Those in it become durable, and are still not
      // acknowledged: from here on only the end that recovery is told counts.
      pushes.refuseAll(new Refused(ErrorCode.TLOG_STOPPED, ""));
      writeLock();
    }
  }

  private boolean waitForLock(Inbound inbound) {
    if (waitingLocks.size() >= options.waitingAnswersMax()) {
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many locks");
      return false;
    }
    waitingLocks.add(inbound);
    return true;
  }

  private void writeLock() {
    LogFiles.LockFile file = lock.toWrite(pushes.end(), store.durable(), pushes.knownCommitted());
    if (file != null) {
      host.disk().replace(LogFiles.LOCK, file.encode(), () -> onLockWritten(file));
    }
  }

  private void onLockWritten(LogFiles.LockFile file) {
    lock.onWritten(file);
    host.trace().event("LogLocked", "by", file.epoch(), "end", file.end());
    if (state != State.REFUSING) {
      waitingLocks.forEach(waiting -> reply(waiting, locked()));
      waitingLocks.clear();
    }
  }

  private LogLocked locked() {
    return new LogLocked(logId, lock.file().end(), lock.file().knownCommitted());
  }

  private void onPop(Inbound inbound) {
    PopLog pop = (PopLog) inbound.message();
    if (state == State.STARTING) {
      host.probes().hit("log.pop-while-starting");
      refuse(inbound, ErrorCode.RECRUITMENT_FAILED, "not ready yet");
      return;
    }
    if (pop.through() > pushes.end()) {
      host.probes().hit("log.pop-beyond-the-end");
    }
    if (LogPeeks.isHeld(store, pop.tag())) {
      // What has not come yet cannot have been read.
      store.pop(pop.tag(), Math.min(pop.through(), pushes.end()));
    }
    reply(inbound, new LogPopped());
  }

  private void onGetLogState(Inbound inbound) {
    if (state == State.STARTING) {
      host.probes().hit("log.asked-while-starting");
      refuse(inbound, ErrorCode.RECRUITMENT_FAILED, "not ready yet");
      return;
    }
    reply(
        inbound,
        new LogState(
            logId,
            epoch,
            pushes.end(),
            store.durable(),
            pushes.knownCommitted(),
            lock.isClosed(),
            store.firstUnpopped(),
            store.bytesInMemory(),
            store.bytesOnDisk()));
  }

  private RoleStatus status() {
    List<StatusField> fields = new ArrayList<>();
    field(fields, "state", state.name());
    field(fields, "detail", refusal == null ? "" : refusal.detail());
    field(fields, "epoch", epoch);
    field(fields, "version", pushes.end());
    field(fields, "known-committed-version", pushes.knownCommitted());
    field(fields, "locked", Boolean.toString(lock.isClosed()));
    field(fields, "pushes", pushes.takenCount());
    field(fields, "bytes-pushed", pushes.takenBytes());
    field(fields, "pushes-parked", pushes.parkedCount());
    field(fields, "pushes-unacknowledged", pushes.unacknowledgedCount());
    field(fields, "peeks-waiting", peeks.waitingCount());
    if (store != null) {
      field(fields, "durable-version", store.durable());
      field(fields, "syncs", store.syncCount());
      field(fields, "segments", store.segmentCount());
      field(fields, "bytes-in-memory", store.bytesInMemory());
      field(fields, "bytes-on-disk", store.bytesOnDisk());
    }
    return new RoleStatus(NAME, fields);
  }

  private static void field(List<StatusField> fields, String name, long value) {
    fields.add(new StatusField(name, Long.toString(value)));
  }

  private static void field(List<StatusField> fields, String name, String value) {
    fields.add(new StatusField(name, value));
  }

  private void reply(Inbound inbound, Message message) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, message);
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    reply(inbound, new Refused(code, detail));
  }

  @Override
  public void onBatchEnd() {
    if (store == null || state == State.REFUSING) {
      return;
    }
    if (host.faults().at("log.flush-later")) {
      // Another batch of events ends then.
      host.timers().schedule(LATER_NANOS, () -> {});
    } else {
      store.flush();
    }
    peeks.onNews();
  }

  @Override
  public void stop() {
    if (store != null) {
      store.close();
    }
  }

  void checkInvariants() {
    pushes.checkInvariants();
    if (store != null) {
      store.checkInvariants();
    }
  }
}
