package io.ashlar.storage;

import io.ashlar.core.CheckFailedException;
import io.ashlar.core.MalformedException;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.PeekLog;
import java.util.List;

/**
 * Pulls one tag from the log: one peek at a time, from the generation that holds the next version,
 * and from another of its members when one fails or has nothing to tell. Answers that were asked
 * for under an older view are dropped: what they may hold above the next generation's begin was
 * never committed.
 */
final class LogPuller {
  /** How often in a row patience doubles. */
  private static final int FAILURES_THAT_COUNT = 10;

  /** For how long a silent log server is asked only when there is no other. */
  private static final long AVOIDED_NANOS = 5_000_000_000L;

  /** No epoch. */
  private static final long NONE = -1;

  /** Who applies what is pulled. */
  interface Receiver {
    /** The last version applied. */
    long latest();

    /** Whether the next versions can be taken now. If not, it calls {@link #pull} later. */
    boolean wantsMore();

    /** Hears what is known committed; there are no new versions. */
    void onKnownCommitted(long version);

    /**
     * Takes an answer with everything from the next version through {@code through}.
     *
     * @throws MalformedException when the entries are not what a log server holds; nothing was
     *     taken then
     */
    void onPulled(LogPeeked peeked, long through);
  }

  private final Host host;
  private final int tag;
  private final StorageServerOptions options;
  private final Receiver receiver;
  private List<LogSource> sources = List.of();
  private long attempt;
  private boolean isPeeking;
  private Timers.Timer retry;
  private long epoch = NONE;
  private long viewEpoch = NONE;

  /** The epoch of the view by which a log server was asked that had popped what is missing here. */
  private long forgottenInEpoch = NONE;

  private int holder;
  private int failures;

  /** Until when each holder of the generation is asked only when there is no other. */
  private long[] avoidedUntil = {};

  LogPuller(Host host, int tag, StorageServerOptions options, Receiver receiver) {
    this.host = host;
    this.tag = tag;
    this.options = options;
    this.receiver = receiver;
  }

  /** The generations of the newest view, oldest first. */
  List<LogSource> sources() {
    return sources;
  }

  /** Goes on by a new view; what is under way by the old one is dropped. */
  void onView(ClusterView view) {
    sources = LogSource.of(view, tag);
    attempt++;
    isPeeking = false;
    epoch = NONE;
    viewEpoch = view.epoch();
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    pull();
  }

  /** Pulls nothing more until there is another view. */
  void rest() {
    sources = List.of();
    attempt++;
    isPeeking = false;
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }

  /** Asks for the next versions, unless that is under way or cannot be now. */
  void pull() {
    if (isPeeking || retry != null || sources.isEmpty() || !receiver.wantsMore()) {
      return;
    }
    PeekPlan plan = PeekPlan.after(receiver.latest(), sources);
    if (plan.epoch() != epoch) {
      epoch = plan.epoch();
      holder = 0;
      failures = 0;
      avoidedUntil = new long[plan.holders().size()];
      host.trace().event("StoragePulls", "tag", tag, "epoch", epoch, "from", plan.from());
    }
    if (plan.holders().isEmpty()) {
      host.probes().hit("storage.no-log-server-known");
      pullLater();
      return;
    }
    if (!plan.isLast()) {
      host.probes().hit("storage.pulls-from-an-old-generation");
    }
    if (host.faults().at("storage.pull-from-another")) {
      holder++;
    }
    int bytesMax = host.faults().at("storage.pull-little") ? 1 : options.peekBytesMax();
    long waitNanos = host.faults().at("storage.pull-no-wait") ? 0 : options.peekWaitNanos();
    holder = next(plan.holders().size());
    Address to = plan.holders().get(holder);
    isPeeking = true;
    host.network()
        .request(
            to,
            new PeekLog(tag, plan.from(), bytesMax, waitNanos),
            LogPeeked.class,
            patienceNanos(plan.holders().size()),
            new Peek(plan, to));
  }

  /** The next holder, if possible one that was not silent lately. */
  private int next(int holders) {
    for (int i = 0; i < holders; i++) {
      int candidate = (holder + i) % holders;
      if (avoidedUntil[candidate] <= host.clock().nowNanos()) {
        return candidate;
      }
    }
    return holder % holders;
  }

  /**
   * How long an answer may take. Where another has the tag too, no longer than twice what a log
   * server waits for news; longer each time that nobody has answered so soon.
   */
  private long patienceNanos(int holders) {
    long first = 2 * Math.max(options.peekWaitNanos(), options.retryNanos());
    long patience = first << Math.min(failures, FAILURES_THAT_COUNT);
    boolean isImpatient = holders > 1 && patience < options.peekTimeoutNanos();
    return isImpatient ? patience : options.peekTimeoutNanos();
  }

  private void pullLater() {
    long delay = options.retryNanos() / 2 + host.random().nextLong(options.retryNanos());
    retry =
        host.timers()
            .schedule(
                delay,
                () -> {
                  retry = null;
                  pull();
                });
  }

  /** One peek under way. */
  private final class Peek implements ReplyHandler<LogPeeked> {
    private final PeekPlan plan;
    private final Address to;
    private final long mine = attempt;
    private final long askedAtNanos = host.clock().nowNanos();

    private Peek(PeekPlan plan, Address to) {
      this.plan = plan;
      this.to = to;
    }

    @Override
    public void onReply(LogPeeked reply) {
      if (mine != attempt) {
        host.probes().hit("storage.peek-of-an-older-view");
        return;
      }
      isPeeking = false;
      if (host.faults().at("storage.pull-again")) {
        // Another round for what was here already: the log still has it.
        pull();
        return;
      }
      if (reply.tag() != tag) {
        failed("answers tag " + reply.tag());
        return;
      }
      if (reply.poppedThrough() >= plan.from()) {
        onForgotten(reply.poppedThrough());
        return;
      }
      long through = Math.min(reply.through(), plan.through());
      if (through < plan.from()) {
        if (!plan.isTakenBack()) {
          receiver.onKnownCommitted(reply.knownCommittedVersion());
        }
        noNews(reply);
        return;
      }
      failures = 0;
      try {
        receiver.onPulled(reply, through);
      } catch (MalformedException e) {
        failed(e.getMessage());
      }
    }

    /**
     * The tag was retired, and the view that says so is on its way: the state of this epoch, or of
     * one before, has this server no more. The next epoch begins with that state.
     */
    private void onForgotten(long through) {
      if (forgottenInEpoch != NONE && forgottenInEpoch != viewEpoch) {
        throw new CheckFailedException(
            "the log at "
                + to
                + " has forgotten tag "
                + tag
                + " through "
                + through
                + ", of which this server has seen only what is below "
                + plan.from()
                + ", and the tag is not retired");
      }
      forgottenInEpoch = viewEpoch;
      host.probes().hit("storage.forgotten-by-the-log");
      host.trace().event("StorageForgotten", "tag", tag, "log", to, "through", through);
      rest();
    }

    @Override
    public void onFailure(Failure failure) {
      if (mine != attempt) {
        return;
      }
      isPeeking = false;
      if (failure.kind() == Failure.Kind.TIMED_OUT) {
        host.probes().hit("storage.log-server-silent");
        avoidedUntil[plan.holders().indexOf(to)] = host.clock().nowNanos() + AVOIDED_NANOS;
      }
      failed(failure.kind() + " " + failure.code() + " " + failure.detail());
    }

    private void noNews(LogPeeked reply) {
      if (reply.locked()) {
        host.probes().hit("storage.peek-beyond-a-locked-end");
        // Nothing more comes from here; another member may have more, or a new view is on its way.
        failed("locked at " + reply.end());
        return;
      }
      holder++;
      if (host.clock().nowNanos() - askedAtNanos < options.retryNanos()) {
        pullLater();
      } else {
        pull();
      }
    }

    private void failed(String why) {
      host.trace().event("StoragePeekFailed", "tag", tag, "log", to, "why", why);
      holder++;
      failures++;
      if (failures % Math.max(1, plan.holders().size()) == 0) {
        pullLater();
      } else {
        host.probes().hit("storage.peek-fails-over");
        pull();
      }
    }
  }
}
