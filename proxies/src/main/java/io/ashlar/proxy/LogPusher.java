package io.ashlar.proxy;

import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.LogBacklog;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogSet;
import io.ashlar.message.PushLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pushes versions to all log servers of the generation and keeps each until every one has
 * acknowledged it.
 *
 * <p>Each log server has a lane: pushes on their way, and behind them those that wait, both in
 * chain order. When one fails, all that are on their way go back to the front and are sent again,
 * in order, after a delay: what the log server already has it acknowledges again. An
 * acknowledgement covers everything before it, since the log server gives it only when the whole
 * chain up to there is durable. Nothing is kept for a log server that has stopped, or that the
 * controller has given up for the epoch: the lane is closed, and the epoch goes on as long as
 * {@link StoppedLogs} says so. The pusher itself gives nobody up, however far behind: of two
 * proxies each would choose its own, and neither log server could go on with the chain.
 */
final class LogPusher {
  private final Host host;
  private final CommitProxyOptions options;
  private final Listener listener;
  private final Lane[] lanes;
  private final StoppedLogs stoppedLogs;
  private final long epoch;
  private final int antiQuorum;
  private final int needed;

  /** When each version was pushed that some lane may still wait for. */
  private final TreeMap<Long, Long> pushedAtNanos = new TreeMap<>();

  private final long[] sorted;
  private long committedVersion;
  private long retainedBytes;
  private long resentCount;
  private boolean ended;

  /** The proxy's side. */
  interface Listener {
    /** {@link #committedVersion()} has grown. */
    void onLogCommitted();

    /** The log server refuses, as have too many others: the epoch has ended. */
    void onLogStopped(int member);

    /** The log server refuses a push for what it is, and would again. */
    void onLogRefused(int member, String detail);
  }

  LogPusher(Host host, LogSet logs, CommitProxyOptions options, Listener listener) {
    this.host = host;
    this.options = options;
    this.listener = listener;
    LogGeneration generation = logs.generation();
    epoch = generation.epoch();
    int count = generation.members().size();
    lanes = new Lane[count];
    stoppedLogs = new StoppedLogs(generation);
    committedVersion = generation.recoveryTransactionVersion();
    for (int i = 0; i < count; i++) {
      lanes[i] = new Lane(i, logs.addresses().get(i), committedVersion);
    }
    antiQuorum = generation.antiQuorum();
    needed = count - generation.antiQuorum();
    Check.that(needed > 0, "log servers that must acknowledge: ", needed);
    sorted = new long[count];
  }

  /**
   * The largest version that enough log servers have acknowledged: it and all before it in the
   * chain are committed, whoever pushed them.
   */
  long committedVersion() {
    return committedVersion;
  }

  /** Bytes of pushes that some log server has not acknowledged, counted for each such server. */
  long retainedBytes() {
    return retainedBytes;
  }

  long resentCount() {
    return resentCount;
  }

  /** Sends one version: a push for each log server, in the order of the members. */
  void push(List<PushLog> pushes) {
    forgetTimes();
    pushedAtNanos.put(pushes.get(0).version(), host.clock().nowNanos());
    for (int i = 0; i < lanes.length; i++) {
      lanes[i].add(pushes.get(i));
    }
  }

  private void forgetTimes() {
    long acknowledged = Long.MAX_VALUE;
    for (Lane lane : lanes) {
      acknowledged = Math.min(acknowledged, lane.closed ? acknowledged : lane.acknowledgedVersion);
    }
    while (!pushedAtNanos.isEmpty() && pushedAtNanos.firstKey() <= acknowledged) {
      pushedAtNanos.pollFirstEntry();
    }
  }

  /**
   * How far each log server is behind, by member. In time: versions stand still when one holds all
   * up, since no more are pushed then.
   */
  List<LogBacklog> backlogs() {
    // As many as the anti-quorum may be slow together, before commits wait for room.
    long most =
        Math.max(options.retainedBytesMax(), retainedBytes) / (2L * Math.max(1, antiQuorum));
    List<LogBacklog> backlogs = new ArrayList<>(lanes.length);
    for (Lane lane : lanes) {
      backlogs.add(
          new LogBacklog(
              lane.retained == 0 ? 0 : age(lane.acknowledgedVersion),
              lane.retained,
              lane.retained > most));
    }
    return backlogs;
  }

  private long age(long acknowledgedVersion) {
    Map.Entry<Long, Long> oldest = pushedAtNanos.higherEntry(acknowledgedVersion);
    return oldest == null ? 0 : host.clock().nowNanos() - oldest.getValue();
  }

  /** The controller has given a log server up for the epoch; a second time changes nothing. */
  void giveUp(int member) {
    if (!ended && !lanes[member].closed) {
      host.probes().hit("commit-proxy.log-server-given-up");
      host.trace().event("LogServerGivenUp", "epoch", epoch, "member", member);
      leave(lanes[member]);
    }
  }

  private void leave(Lane lane) {
    if (stoppedLogs.isEpochOver(lane.member)) {
      listener.onLogStopped(lane.member);
    } else if (!lane.closed) {
      host.probes().hit("commit-proxy.goes-on-without-a-log-server");
      host.trace().event("LogServerLeft", "epoch", epoch, "member", lane.member);
      lane.close();
    }
  }

  void end() {
    ended = true;
    for (Lane lane : lanes) {
      lane.outstanding.clear();
      lane.waiting.clear();
      lane.retained = 0;
    }
    retainedBytes = 0;
  }

  private void updateCommitted() {
    for (int i = 0; i < lanes.length; i++) {
      sorted[i] = lanes[i].acknowledgedVersion;
    }
    Arrays.sort(sorted);
    long reached = sorted[sorted.length - needed];
    if (reached > committedVersion) {
      committedVersion = reached;
      listener.onLogCommitted();
    }
  }

  private static long costOf(PushLog push) {
    return push.payload().length() + 64L;
  }

  void checkInvariants() {
    long bytes = 0;
    for (Lane lane : lanes) {
      long before = bytes;
      long last = lane.acknowledgedVersion;
      for (Deque<PushLog> queue : List.of(lane.outstanding, lane.waiting)) {
        for (PushLog push : queue) {
          Check.that(
              push.version() > last, "lane out of order at ", push.version(), " after ", last);
          last = push.version();
          bytes += costOf(push);
        }
      }
      Check.that(lane.retained == bytes - before, "bytes kept for one: ", lane.retained);
    }
    Check.that(bytes == retainedBytes, "bytes retained: ", bytes, ", counted: ", retainedBytes);
  }

  /** The way to one log server. */
  private final class Lane {
    private final int member;
    private final Address address;
    private final Deque<PushLog> outstanding = new ArrayDeque<>();
    private final Deque<PushLog> waiting = new ArrayDeque<>();
    private long outstandingBytes;

    /** Bytes of both. */
    private long retained;

    private long acknowledgedVersion;

    /** Which sending a failure belongs to: of all failures of one, the first counts. */
    private long attempt;

    private boolean paused;
    private boolean closed;
    private long delayNanos = options.retryDelayMinNanos();

    Lane(int member, Address address, long acknowledgedVersion) {
      this.member = member;
      this.address = address;
      this.acknowledgedVersion = acknowledgedVersion;
    }

    void add(PushLog push) {
      if (closed) {
        return;
      }
      waiting.addLast(push);
      retain(costOf(push));
      sendWaiting();
    }

    private void retain(long bytes) {
      retained += bytes;
      retainedBytes += bytes;
    }

    /** Nothing is sent to it any more, nor kept for it. */
    private void close() {
      closed = true;
      retain(-retained);
      outstanding.clear();
      waiting.clear();
      outstandingBytes = 0;
    }

    private void sendWaiting() {
      while (!paused && !waiting.isEmpty() && (outstanding.isEmpty() || hasRoom())) {
        PushLog push = waiting.removeFirst();
        outstanding.addLast(push);
        outstandingBytes += costOf(push);
        host.network()
            .request(
                address,
                push,
                LogPushed.class,
                options.requestTimeoutNanos(),
                new PushReply(this, push.version(), attempt));
      }
    }

    private boolean hasRoom() {
      boolean isFull =
          outstandingBytes >= options.laneBytesMax()
              || host.faults().at("commit-proxy.narrow-lane");
      if (isFull) {
        host.probes().hit("commit-proxy.lane-full");
      }
      return !isFull;
    }

    private void acknowledge(long version) {
      while (!outstanding.isEmpty() && outstanding.peekFirst().version() <= version) {
        long cost = costOf(outstanding.removeFirst());
        outstandingBytes -= cost;
        retain(-cost);
      }
      while (outstanding.isEmpty()
          && !waiting.isEmpty()
          && waiting.peekFirst().version() <= version) {
        // An answer to a push that is about to be sent again.
        host.probes().hit("commit-proxy.acknowledged-before-resent");
        retain(-costOf(waiting.removeFirst()));
      }
      if (version > acknowledgedVersion) {
        acknowledgedVersion = version;
        delayNanos = options.retryDelayMinNanos();
        updateCommitted();
      }
      if (!outstanding.isEmpty() && host.faults().at("commit-proxy.resend-pushes")) {
        // As if one of them had failed: what the log server has it acknowledges once more.
        fail(attempt);
      }
      sendWaiting();
    }

    private void fail(long failedAttempt) {
      if (failedAttempt != attempt) {
        return;
      }
      attempt++;
      resentCount += outstanding.size();
      host.probes().hit("commit-proxy.push-resent");
      while (!outstanding.isEmpty()) {
        waiting.addFirst(outstanding.removeLast());
      }
      outstandingBytes = 0;
      paused = true;
      host.timers().schedule(delayNanos, this::resume);
      delayNanos = Math.min(delayNanos * 2, options.retryDelayMaxNanos());
    }

    private void resume() {
      paused = false;
      if (!ended) {
        sendWaiting();
      }
    }
  }

  /** The answer to one sending of one push. */
  private final class PushReply implements ReplyHandler<LogPushed> {
    private final Lane lane;
    private final long version;
    private final long attempt;

    PushReply(Lane lane, long version, long attempt) {
      this.lane = lane;
      this.version = version;
      this.attempt = attempt;
    }

    @Override
    public void onReply(LogPushed reply) {
      if (!ended) {
        lane.acknowledge(version);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (ended) {
        return;
      }
      if (failure.isRefusal(ErrorCode.TLOG_STOPPED)) {
        leave(lane);
      } else if (!lane.closed && isForEver(failure)) {
        // One that was left may have broken meanwhile: the epoch goes on without it anyway.
        listener.onLogRefused(lane.member, failure.code().label() + " " + failure.detail());
      } else {
        lane.fail(attempt);
      }
    }

    /** Whether sending again is of no use: the push is wrong, or the log server's files are. */
    private boolean isForEver(Failure failure) {
      return failure.isRefusal(ErrorCode.MALFORMED_REQUEST)
          || failure.isRefusal(ErrorCode.FILE_CORRUPT)
          || failure.isRefusal(ErrorCode.RECRUITMENT_FAILED);
    }
  }
}
