package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.leader.NomineePolls;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Heartbeat;
import io.ashlar.message.HeartbeatTaken;
import io.ashlar.message.Nominate;
import java.util.Arrays;

/**
 * One candidacy, and the lead if it comes to that. Never repaired: when the lead is lost it is
 * over.
 *
 * <ol>
 *   <li>STANDING: ask every coordinator to be nominated.
 *   <li>CLAIMING, while a majority has nominated it: send each coordinator heartbeats.
 *   <li>LEADING, once a majority has taken heartbeats within a lease; the lease is counted from
 *       before they were sent. Each majority that takes later ones makes it longer.
 *   <li>OVER, when the lease has passed.
 * </ol>
 *
 * <p>CLAIMING falls back to STANDING when it is not nominated by a majority any more. A coordinator
 * that took a heartbeat nominates nobody else for longer than a lease lasts on any clock, so two
 * are never elected at once by one set. Who leads by a set that the state is leaving may do so for
 * a little longer while another leads by the next: it writes no state any more.
 */
final class LeaderTerm {
  enum Phase {
    STANDING,
    CLAIMING,
    LEADING,
    OVER
  }

  /** What its owner hears. */
  interface Listener {
    /** From now on coordinators may hold something for it. */
    void onClaim();

    void onElected();

    /** It led, and does no more. One of the two below follows. */
    void onLost();

    /** Its time has passed. */
    void onOver();

    /** The state is at another set: whoever would lead must ask there. */
    void onMoved(CoordinatorSet next);
  }

  private static final long NEVER = Long.MIN_VALUE;

  /** When a point of failure lets it lead beyond its lease, it does so for less than this. */
  private static final long LEAD_ON_MAX_NANOS = 8_000_000_000L;

  private final Host host;
  private final CoordinatorSet set;
  private final ElectionOptions options;
  private final Listener listener;
  private final NomineePolls polls;

  /** When the last heartbeat was sent that a coordinator took, by coordinator, or NEVER. */
  private final long[] takenNanos;

  /** Whether it said last that there is another candidate, by coordinator. */
  private final boolean[] contested;

  private Candidate self;
  private Phase phase = Phase.STANDING;

  /** Until when it leads whatever its lease, or NEVER. */
  private long leadsOnUntilNanos = NEVER;

  private Timers.Timer heartbeat;
  private Timers.Timer expiry;

  LeaderTerm(
      Host host, CoordinatorSet set, ElectionOptions options, Candidate self, Listener listener) {
    this.host = host;
    this.set = set;
    this.options = options;
    this.self = self;
    this.listener = listener;
    this.takenNanos = new long[set.coordinators().size()];
    Arrays.fill(takenNanos, NEVER);
    this.contested = new boolean[takenNanos.length];
    this.polls =
        new NomineePolls(
            host,
            set,
            options.follow(),
            known -> new Nominate(set.id(), this.self, known),
            new Told());
  }

  Phase phase() {
    return phase;
  }

  Candidate self() {
    return self;
  }

  /** Whether it leads at this moment: asked before each thing that a leader alone may do. */
  boolean isLeading() {
    return phase == Phase.LEADING
        && host.clock().nowNanos() < Math.max(leaseEndNanos(), leadsOnUntilNanos);
  }

  /** Whether it leads by right: no other that the same set has elected has the lease as well. */
  boolean hasLease() {
    return phase == Phase.LEADING && host.clock().nowNanos() < leaseEndNanos();
  }

  /** Whether another would lead if this one gave up, as coordinators said last. */
  boolean isContested() {
    boolean any = false;
    for (boolean one : contested) {
      any |= one;
    }
    return any;
  }

  void start() {
    polls.start();
  }

  /** How well it suits from now on. */
  void priorityIs(int priority) {
    self = new Candidate(self.changeId(), self.address(), priority);
  }

  /** Gives up the lead, if it has it, for whoever is better. */
  void giveUp() {
    if (phase == Phase.LEADING) {
      lose();
    }
  }

  /**
   * Ends, and tells the coordinators that they need not hold anything for it.
   *
   * @param onTold runs once each has answered, or does not
   */
  void resign(Runnable onTold) {
    end();
    new Resignation(host, set, self.changeId()).send(options.heartbeatNanos(), onTold);
  }

  /** Gives up whatever it has, without a word to the listener. */
  void end() {
    polls.stop();
    stopHeartbeats();
    if (expiry != null) {
      expiry.cancel();
    }
    phase = Phase.OVER;
  }

  private void enter(Phase next) {
    boolean isLegal =
        switch (next) {
          case STANDING -> phase == Phase.CLAIMING;
          case CLAIMING -> phase == Phase.STANDING;
          case LEADING -> phase == Phase.CLAIMING;
          case OVER -> phase == Phase.LEADING;
        };
    Check.that(isLegal, "a term would go on with ", next);
    host.trace()
        .event(
            "TermPhase", "set", set.id(), "changeId", self.changeId(), "from", phase, "to", next);
    phase = next;
  }

  /** What the coordinators say while it stands or claims. */
  private final class Told implements NomineePolls.Listener {
    @Override
    public void onUnknown(Failure failure) {}

    @Override
    public void onChanged() {
      boolean isChosen = polls.chosen().isSame(self);
      if (phase == Phase.STANDING && isChosen) {
        enter(Phase.CLAIMING);
        listener.onClaim();
        sendHeartbeats();
      } else if (phase == Phase.CLAIMING && !isChosen) {
        // Its claim would keep a coordinator from another whom a majority may nominate.
        host.probes().hit("election.claim-given-up");
        enter(Phase.STANDING);
        stopHeartbeats();
      }
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      LeaderTerm.this.onMoved(next);
    }
  }

  /** One coordinator is enough to know: what one of them says of it is for ever. */
  private void onMoved(CoordinatorSet next) {
    boolean wasLeading = phase == Phase.LEADING;
    end();
    if (wasLeading) {
      listener.onLost();
    }
    listener.onMoved(next);
  }

  private void sendHeartbeats() {
    if (phase == Phase.LEADING && host.faults().at("election.give-up")) {
      // As if no majority had taken what was sent for a lease.
      lose();
      return;
    }
    long sentNanos = host.clock().nowNanos();
    for (int i = 0; i < takenNanos.length; i++) {
      host.network()
          .request(
              set.coordinators().get(i),
              new Heartbeat(set.id(), self),
              HeartbeatTaken.class,
              options.leaseNanos(),
              new Answer(i, sentNanos));
    }
    heartbeat = host.timers().schedule(options.heartbeatNanos(), this::sendHeartbeats);
  }

  private void stopHeartbeats() {
    if (heartbeat != null) {
      heartbeat.cancel();
    }
  }

  /** When the lease ends: a majority took heartbeats that were sent at most a lease before. */
  private long leaseEndNanos() {
    long[] sorted = takenNanos.clone();
    Arrays.sort(sorted);
    long majoritySentNanos = sorted[(sorted.length - 1) / 2];
    return majoritySentNanos == NEVER ? NEVER : majoritySentNanos + options.leaseNanos();
  }

  private void onTaken(int coordinator, long sentNanos) {
    takenNanos[coordinator] = Math.max(takenNanos[coordinator], sentNanos);
    if (phase == Phase.CLAIMING && host.clock().nowNanos() < leaseEndNanos()) {
      enter(Phase.LEADING);
      polls.stop();
      armExpiry();
      listener.onElected();
    }
  }

  private void armExpiry() {
    long now = host.clock().nowNanos();
    long leftNanos = Math.max(leaseEndNanos(), leadsOnUntilNanos) - now;
    if (leftNanos > 0) {
      expiry = host.timers().schedule(leftNanos, this::armExpiry);
      return;
    }
    if (leadsOnUntilNanos == NEVER && host.faults().at("election.lead-on")) {
      // As if its clock had stood still: what it does is fenced by the epoch and the registers.
      leadsOnUntilNanos = now + 1 + host.random().nextLong(LEAD_ON_MAX_NANOS);
      armExpiry();
      return;
    }
    host.probes().hit("election.lease-over");
    lose();
  }

  private void lose() {
    enter(Phase.OVER);
    resign(() -> {});
    listener.onLost();
    listener.onOver();
  }

  /** The answer of one coordinator to one heartbeat. */
  private final class Answer implements ReplyHandler<HeartbeatTaken> {
    private final int coordinator;
    private final long sentNanos;

    Answer(int coordinator, long sentNanos) {
      this.coordinator = coordinator;
      this.sentNanos = sentNanos;
    }

    @Override
    public void onReply(HeartbeatTaken answer) {
      if (phase == Phase.OVER) {
        return;
      }
      if (!answer.movedTo().isNone()) {
        onMoved(answer.movedTo());
        return;
      }
      contested[coordinator] = answer.contested();
      if (answer.taken()) {
        onTaken(coordinator, sentNanos);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      // The next heartbeat asks again; the lease says how long that may go on.
    }
  }
}
