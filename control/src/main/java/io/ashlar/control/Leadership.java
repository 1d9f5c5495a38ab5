package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.HeartbeatTaken;
import io.ashlar.message.Nominee;
import java.util.ArrayDeque;

/** Who leads, as one coordinator of a set has it, and all who wait for another to lead. */
final class Leadership {
  /**
   * Who waits.
   *
   * @param knownChangeId of the nominee it knows
   * @param deadlineNanos when it is answered at the latest; later for each than for those before
   */
  private record Poll(Inbound request, Uid knownChangeId, long deadlineNanos) {}

  private final Host host;
  private final CoordinatorOptions options;
  private final Nominations nominations;
  private final ArrayDeque<Poll> polls = new ArrayDeque<>();

  /** Who is to be asked instead; none while this set is the one. */
  private CoordinatorSet movedTo = CoordinatorSet.NONE;

  /**
   * @param leader the nominee at first
   * @param heldUntilNanos nobody else is nominated before
   */
  Leadership(Host host, CoordinatorOptions options, Candidate leader, long heldUntilNanos) {
    this.host = host;
    this.options = options;
    this.nominations = new Nominations(options, leader, heldUntilNanos);
  }

  Candidate nominee() {
    return nominations.nominee();
  }

  int pollCount() {
    return polls.size();
  }

  void onNominate(Inbound request, Candidate candidate, Uid knownChangeId) {
    if (movedTo.isNone()) {
      nominations.nominate(candidate, host.clock().nowNanos());
      answerChanged();
    }
    onPoll(request, knownChangeId);
  }

  void onPoll(Inbound request, Uid knownChangeId) {
    if (isNews(knownChangeId) || host.faults().at("coordinator.answer-poll-at-once")) {
      answer(request);
    } else if (polls.size() >= options.pollsMax()) {
      // Who hears no news so early asks again after a while.
      host.probes().hit("coordinator.polls-full");
      answer(request);
    } else {
      polls.add(new Poll(request, knownChangeId, host.clock().nowNanos() + options.pollNanos()));
    }
  }

  /** Whether a heartbeat is taken, from now on. */
  boolean takes(Candidate leader) {
    boolean taken = false;
    if (movedTo.isNone()) {
      taken = nominations.heartbeat(leader, host.clock().nowNanos());
      answerChanged();
    }
    if (!taken) {
      host.probes().hit("coordinator.heartbeat-not-taken");
    }
    return taken;
  }

  void answerHeartbeat(Inbound request, Candidate leader, boolean taken) {
    boolean contested = nominations.isContested(leader);
    host.network().reply(request, new HeartbeatTaken(taken, contested, movedTo));
  }

  /** Somebody leads no more, and is answered who is nominated by now. */
  void onResigned(Inbound request, Uid changeId) {
    if (nominations.nominee().changeId().equals(changeId)) {
      host.probes().hit("coordinator.nominee-resigned");
    }
    nominations.resigned(changeId, host.clock().nowNanos());
    answerChanged();
    answer(request);
  }

  /** The state, and with it the lead, is elsewhere, or here. */
  void movedTo(CoordinatorSet next) {
    movedTo = next;
    answerChanged();
  }

  /** Lets time have its effect. */
  void tick() {
    long now = host.clock().nowNanos();
    nominations.decide(now);
    answerChanged();
    while (!polls.isEmpty() && polls.peek().deadlineNanos <= now) {
      answer(polls.poll().request);
    }
  }

  private void answerChanged() {
    // All who wait know the nominee of a moment ago: it is news for all, or for none.
    while (!polls.isEmpty() && isNews(polls.peek().knownChangeId)) {
      answer(polls.poll().request);
    }
  }

  private boolean isNews(Uid knownChangeId) {
    return !movedTo.isNone() || !nominations.nominee().changeId().equals(knownChangeId);
  }

  private void answer(Inbound request) {
    Candidate nominee = movedTo.isNone() ? nominations.nominee() : Candidate.NONE;
    host.network().reply(request, new Nominee(nominee, movedTo));
  }
}
