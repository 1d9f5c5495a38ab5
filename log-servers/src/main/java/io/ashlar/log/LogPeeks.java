package io.ashlar.log;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Timers;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.PeekLog;
import io.ashlar.message.Refused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers peeks: from memory at once, from the segments one read at a time, and those that are
 * ahead of the chain when it gets there or their wait is over.
 */
final class LogPeeks {
  /** The log server as this part sees it. */
  interface Owner {
    /** Null until the log server serves. */
    LogStore serving();

    boolean isLocked();
  }

  /** A peek with the time at which it is answered, news or not. */
  private record Waiting(Inbound inbound, PeekLog peek, long deadlineNanos) {}

  /** When a read is put off, it begins within this time. */
  private static final long LATER_MAX_NANOS = 2_000_000_000L;

  private final Host host;
  private final LogServerOptions options;
  private final LogPushes pushes;
  private final Owner owner;
  private final ByteWriter entries = new ByteWriter(1 << 12);

  /** Ahead of the chain. */
  private final List<Waiting> forNews = new ArrayList<>();

  /** What a read is under way for, or null. */
  private Waiting reading;

  /** Behind that read. */
  private final ArrayDeque<Waiting> forDisk = new ArrayDeque<>();

  private Timers.Timer timer;
  private long timerNanos = Long.MAX_VALUE;

  LogPeeks(Host host, LogServerOptions options, LogPushes pushes, Owner owner) {
    this.host = host;
    this.options = options;
    this.pushes = pushes;
    this.owner = owner;
  }

  int waitingCount() {
    return forNews.size() + forDisk.size() + (reading == null ? 0 : 1);
  }

  void onPeek(Inbound inbound) {
    PeekLog peek = (PeekLog) inbound.message();
    long waitNanos = Math.min(Math.max(0, peek.waitNanos()), options.peekWaitNanosMax());
    if (waitingCount() >= options.waitingPeeksMax() || host.faults().at("log.refuse-peek")) {
      host.probes().hit("log.waiting-peeks-full");
      host.network()
          .reply(inbound, new Refused(ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many peeks"));
      return;
    }
    boolean atOnce = host.faults().at("log.peek-at-once");
    Waiting waiting =
        new Waiting(inbound, peek, host.clock().nowNanos() + (atOnce ? 0 : waitNanos));
    if (owner.serving() == null || !serve(waiting)) {
      forNews.add(waiting);
      armTimer();
    }
  }

  /** The chain may have grown. */
  void onNews() {
    if (!forNews.isEmpty() && owner.serving() != null) {
      forNews.removeIf(this::serve);
      armTimer();
    }
  }

  /** Answers all that wait with {@code why}. */
  void refuseAll(Refused why) {
    forNews.forEach(waiting -> host.network().reply(waiting.inbound, why));
    forNews.clear();
    forDisk.forEach(waiting -> host.network().reply(waiting.inbound, why));
    forDisk.clear();
    if (reading != null) {
      host.network().reply(reading.inbound, why);
      reading = null;
    }
  }

  /** Whether the peek was answered or waits for the disk; false when it waits for news. */
  private boolean serve(Waiting waiting) {
    LogStore store = owner.serving();
    PeekLog peek = waiting.peek;
    if (!isHeld(store, peek.tag())) {
      // An empty answer would say that the tag has no mutations.
      host.probes().hit("log.peek-of-a-tag-held-elsewhere");
      String detail = "tag " + peek.tag() + " is not held here";
      host.network().reply(waiting.inbound, new Refused(ErrorCode.MALFORMED_REQUEST, detail));
      return true;
    }
    long end = pushes.end();
    entries.clear();
    if (peek.from() > end || host.faults().at("log.peek-nothing")) {
      if (peek.from() > end && host.clock().nowNanos() < waiting.deadlineNanos) {
        return false;
      }
      answer(waiting, entries, peek.from() - 1);
      return true;
    }
    long from = Math.max(peek.from(), store.poppedThrough(peek.tag()) + 1);
    if (from > end) {
      host.probes().hit("log.peek-of-what-is-popped");
      answer(waiting, entries, end);
    } else if (store.isCold(peek.tag(), from)) {
      forDisk.add(waiting);
      if (host.faults().at("log.read-back-later")) {
        // As if the disk had much to do. Who asks may have it from elsewhere by then.
        host.timers().schedule(host.random().nextLong(LATER_MAX_NANOS), this::read);
      } else {
        read();
      }
    } else {
      answer(waiting, entries, store.peek(peek.tag(), from, end, bytesMax(peek), entries));
    }
    return true;
  }

  private int bytesMax(PeekLog peek) {
    return host.faults().at("log.peek-little")
        ? 1
        : Math.max(1, Math.min(peek.bytesMax(), options.peekBytesMax()));
  }

  static boolean isHeld(LogStore store, int tag) {
    try {
      return store.holds(tag);
    } catch (MalformedException e) {
      return false;
    }
  }

  /** Begins the next read, unless one is under way. */
  private void read() {
    LogStore store = owner.serving();
    while (!forDisk.isEmpty() && store != null && !store.isReading()) {
      Waiting waiting = forDisk.pollFirst();
      PeekLog peek = waiting.peek;
      // While it waited the tag may have been popped further.
      long from = Math.max(peek.from(), store.poppedThrough(peek.tag()) + 1);
      if (from <= pushes.end() && store.isCold(peek.tag(), from)) {
        reading = waiting;
        store.peekCold(peek.tag(), from, bytesMax(peek), this::onRead);
      } else {
        host.probes().hit("log.popped-before-read-back");
        serve(waiting);
      }
    }
  }

  private void onRead(ByteWriter found, long through) {
    Waiting done = reading;
    reading = null;
    answer(done, found, through);
    read();
  }

  private void answer(Waiting waiting, ByteWriter found, long through) {
    int tag = waiting.peek.tag();
    host.network()
        .reply(
            waiting.inbound,
            new LogPeeked(
                tag,
                found.size() == 0 ? Bytes.EMPTY : found.toBytes(),
                through,
                pushes.knownCommitted(),
                owner.serving().poppedThrough(tag),
                owner.isLocked(),
                pushes.end()));
  }

  private void armTimer() {
    long first = Long.MAX_VALUE;
    for (Waiting waiting : forNews) {
      first = Math.min(first, waiting.deadlineNanos);
    }
    // A timer that is early costs one look; one that is late would break the promise.
    if (first >= timerNanos) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    timerNanos = first;
    timer = host.timers().schedule(Math.max(0, first - host.clock().nowNanos()), this::onTimer);
  }

  private void onTimer() {
    timer = null;
    timerNanos = Long.MAX_VALUE;
    // Until the log server serves nobody is answered; then onNews looks at all of them.
    onNews();
  }
}
