package io.ashlar.control;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.Tags;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.GetLogState;
import io.ashlar.message.LogPopped;
import io.ashlar.message.LogState;
import io.ashlar.message.PopLog;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * DRAINING: lets go of the oldest log generation once nothing in it is unpopped, one after the
 * other, for as long as the epoch lasts. The metadata of old generations, which the epoch has a
 * copy of, it pops itself.
 */
final class Drain {
  /** The first question comes so much earlier than later ones: as a rule little is left. */
  private static final int EARLIER = 16;

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final Consumer<LogGeneration> onDrained;
  private List<LogGeneration> generations;
  private final TreeSet<Integer> drainedMembers = new TreeSet<>();
  private Timers.Timer timer;
  private boolean stopped;

  /** Until the next question: doubles, up to the option's. */
  private long pauseNanos;

  /**
   * @param onDrained hears that the oldest generation is needed no more; answers with {@link
   *     #generationsAre} once that is written
   */
  Drain(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      Consumer<LogGeneration> onDrained) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.onDrained = onDrained;
  }

  /** The generations as they are in the coordinated state now. */
  void generationsAre(List<LogGeneration> now) {
    generations = now;
    drainedMembers.clear();
    if (timer != null) {
      timer.cancel();
    }
    pauseNanos = options.drainNanos() / EARLIER;
    if (!stopped && generations.size() > 1) {
      askLater();
    }
  }

  private void askLater() {
    boolean atOnce = host.faults().at("controller.drain-at-once");
    timer = host.timers().schedule(atOnce ? 0 : pauseNanos, this::ask);
    pauseNanos = Math.min(options.drainNanos(), 2 * pauseNanos);
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private void ask() {
    LogGeneration oldest = generations.get(0);
    long end = generations.get(1).begin();
    long metadataThrough = generations.get(generations.size() - 1).recoveryVersion();
    for (int i = 0; i < oldest.members().size(); i++) {
      Address address = workers.logAddress(oldest.members().get(i).logId());
      if (!address.equals(Address.NONE) && !drainedMembers.contains(i)) {
        int member = i;
        host.network()
            .request(
                address,
                new PopLog(Tags.METADATA, metadataThrough),
                LogPopped.class,
                options.silenceNanos(),
                new Popped(oldest, member, address, end));
      }
    }
    askLater();
  }

  private boolean isCurrent(LogGeneration asked) {
    return !stopped && generations.get(0).epoch() == asked.epoch();
  }

  /** The metadata is popped on one member; asks it what is left. */
  private final class Popped implements ReplyHandler<LogPopped> {
    private final LogGeneration asked;
    private final int member;
    private final Address address;
    private final long end;

    Popped(LogGeneration asked, int member, Address address, long end) {
      this.asked = asked;
      this.member = member;
      this.address = address;
      this.end = end;
    }

    @Override
    public void onReply(LogPopped reply) {
      if (isCurrent(asked)) {
        host.network()
            .request(
                address,
                new GetLogState(),
                LogState.class,
                options.silenceNanos(),
                new State(asked, member, end));
      }
    }

    @Override
    public void onFailure(Failure failure) {
      // Asked again at the next turn of the timer.
    }
  }

  /** What is left on one member. */
  private final class State implements ReplyHandler<LogState> {
    private final LogGeneration asked;
    private final int member;
    private final long end;

    State(LogGeneration asked, int member, long end) {
      this.asked = asked;
      this.member = member;
      this.end = end;
    }

    @Override
    public void onReply(LogState reply) {
      // A member that ends before the generation does cannot speak for what it never had.
      if (!isCurrent(asked) || reply.version() < end || reply.firstUnpopped() <= end) {
        return;
      }
      drainedMembers.add(member);
      if (isDrained(asked)) {
        stopAsking();
        host.probes().hit("recovery.generation-drained");
        host.trace().event("GenerationDrained", "epoch", asked.epoch());
        onDrained.accept(asked);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      // Asked again at the next turn of the timer.
    }
  }

  private void stopAsking() {
    timer.cancel();
    drainedMembers.clear();
  }

  /**
   * Every tag is on F members of distinct zones: it is popped when those that did not say so lie in
   * fewer than F zones.
   */
  private boolean isDrained(LogGeneration generation) {
    TreeSet<String> silentZones = new TreeSet<>();
    List<Integer> silent = new ArrayList<>();
    for (int i = 0; i < generation.members().size(); i++) {
      if (!drainedMembers.contains(i)) {
        silent.add(i);
        silentZones.add(generation.members().get(i).zone());
      }
    }
    return silent.isEmpty() || silentZones.size() < generation.replication();
  }
}
