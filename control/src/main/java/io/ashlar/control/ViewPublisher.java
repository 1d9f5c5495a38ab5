package io.ashlar.control;

import io.ashlar.core.LogGeneration;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.LogSet;
import io.ashlar.message.Refused;
import io.ashlar.message.StorageAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The view of the cluster, and those who poll for it. Who knows an older one has the present one at
 * once; who knows that one waits for the next, or until its time is up. The last view stays until
 * another epoch has begun.
 */
final class ViewPublisher {
  private record Poll(Inbound request, long deadlineNanos) {}

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final Supplier<Refused> noViewYet;
  private final ArrayDeque<Poll> polls = new ArrayDeque<>();
  private ClusterView view;

  /** Of the view, in its epoch; 0 before the epoch has one. */
  private long sequence;

  /**
   * @param noViewYet says why there is none, while there has never been one
   */
  ViewPublisher(
      Host host, ControllerOptions options, WorkerRegistry workers, Supplier<Refused> noViewYet) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.noViewYet = noViewYet;
  }

  /** The last view, or null when there has been none. */
  ClusterView view() {
    return view;
  }

  /** Of the last view, or 0. */
  long epoch() {
    return view == null ? 0 : view.epoch();
  }

  /** The view of an epoch that has just begun. */
  void publishFirst(Epoch epoch) {
    sequence = 0;
    publish(epoch);
  }

  /** The view as it is now, when that is another one than before in this epoch. */
  void publish(Epoch epoch) {
    ClusterView next = makeView(epoch, sequence + 1);
    if (view != null && sequence > 0 && sameContent(view, next)) {
      return;
    }
    sequence++;
    view = next;
    host.trace().event("ViewPublished", "epoch", view.epoch(), "sequence", view.sequence());
    while (!polls.isEmpty()) {
      host.network().reply(polls.poll().request, view);
    }
  }

  private static boolean sameContent(ClusterView left, ClusterView right) {
    return left.epoch() == right.epoch()
        && left.generations().equals(right.generations())
        && left.storages().equals(right.storages());
  }

  private ClusterView makeView(Epoch epoch, long number) {
    CoordinatedState state = epoch.state();
    List<LogSet> generations = new ArrayList<>();
    for (LogGeneration generation : state.generations()) {
      List<Address> addresses = new ArrayList<>();
      boolean isOwn = generation.epoch() == state.epoch();
      for (int i = 0; i < generation.members().size(); i++) {
        addresses.add(
            isOwn
                ? epoch.plan().logs().get(i).address()
                : workers.logAddress(generation.members().get(i).logId()));
      }
      generations.add(new LogSet(generation, addresses));
    }
    List<StorageAddress> storages = new ArrayList<>();
    for (StorageMember storage : state.storages()) {
      storages.add(
          new StorageAddress(
              storage.tag(), storage.storageId(), workers.storageAddress(storage.storageId())));
    }
    return new ClusterView(
        state.databaseId(),
        state.epoch(),
        number,
        EpochPlan.addresses(epoch.plan().readVersionProxies()),
        EpochPlan.addresses(epoch.plan().commitProxies()),
        generations,
        storages,
        state.storeTime(),
        state.configuration().windowVersions());
  }

  void onPoll(Inbound inbound, GetClusterView known) {
    boolean atOnce = view != null && host.faults().at("controller.answer-poll-at-once");
    if (atOnce || (view != null && view.isNewerThan(known.epoch(), known.sequence()))) {
      host.network().reply(inbound, view);
      return;
    }
    if (polls.size() >= options.pollsMax()) {
      // Who hears no news so early asks again after a while.
      host.probes().hit("controller.polls-full");
      answerWithoutNews(inbound);
      return;
    }
    polls.add(new Poll(inbound, host.clock().nowNanos() + options.viewPollNanos()));
  }

  private void answerWithoutNews(Inbound inbound) {
    host.network().reply(inbound, view != null ? view : noViewYet.get());
  }

  /** Answers those whose time is up with what they know already. */
  void answerExpired() {
    while (isExpired(polls.peek())) {
      Inbound request = polls.poll().request;
      host.probes().hit(view != null ? "controller.poll-expired" : "controller.no-view-yet");
      answerWithoutNews(request);
    }
  }

  /** Refuses those whose time is up. */
  void refuseExpired(Refused why) {
    while (isExpired(polls.peek())) {
      refuse(polls.poll().request, why);
    }
  }

  private boolean isExpired(Poll pollOrNull) {
    return pollOrNull != null && pollOrNull.deadlineNanos <= host.clock().nowNanos();
  }

  /** Refuses all who wait. */
  void refuseAll(Refused why) {
    while (!polls.isEmpty()) {
      refuse(polls.poll().request, why);
    }
  }

  private void refuse(Inbound inbound, Refused why) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, why);
    }
  }

  /** Those who wait for a newer view than they know. */
  List<Address> waiting() {
    return polls.stream().map(poll -> poll.request.from()).toList();
  }
}
