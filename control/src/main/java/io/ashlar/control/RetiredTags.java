package io.ashlar.control;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.TagPlacement;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.LogPopped;
import io.ashlar.message.PopLog;
import java.util.TreeSet;

/**
 * Lets the log forget what it has of retired tags, as their storage servers would: else it would
 * keep all that came later, too, for as long as the epoch lasts, and no generation would drain.
 */
final class RetiredTags {
  /** Of one tag on one log server, by the low half of that one's id. */
  private record Popped(int tag, long log) implements Comparable<Popped> {
    @Override
    public int compareTo(Popped other) {
      int byTag = Integer.compare(tag, other.tag);
      return byTag != 0 ? byTag : Long.compare(log, other.log);
    }
  }

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final TreeSet<Popped> popped = new TreeSet<>();
  private CoordinatedState state;
  private boolean stopped;
  private Timers.Timer timer;

  RetiredTags(
      Host host, ControllerOptions options, WorkerRegistry workers, CoordinatedState state) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.state = state;
  }

  void start() {
    pop();
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  void stateIs(CoordinatedState now) {
    state = now;
    if (timer != null) {
      timer.cancel();
    }
    pop();
  }

  private void pop() {
    boolean isMissing = false;
    for (RetiredTag retired : state.retired()) {
      for (LogGeneration generation : state.generations()) {
        for (int member : new TagPlacement(generation).membersFor(retired.tag())) {
          isMissing |= pop(retired, workers.logAddress(generation.members().get(member).logId()));
        }
      }
    }
    if (isMissing) {
      timer = host.timers().schedule(options.drainNanos(), this::pop);
    }
  }

  private boolean pop(RetiredTag retired, Address log) {
    Popped one = new Popped(retired.tag(), log.endpoint());
    if (popped.contains(one)) {
      return false;
    }
    if (!log.equals(Address.NONE)) {
      host.network()
          .request(
              log,
              new PopLog(retired.tag(), retired.through()),
              LogPopped.class,
              options.silenceNanos(),
              new Reply(one));
    }
    return true;
  }

  /** It has forgotten. */
  private final class Reply implements ReplyHandler<LogPopped> {
    private final Popped one;

    Reply(Popped one) {
      this.one = one;
    }

    @Override
    public void onReply(LogPopped reply) {
      if (!stopped) {
        popped.add(one);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      // Asked again at the next turn of the timer.
    }
  }
}
