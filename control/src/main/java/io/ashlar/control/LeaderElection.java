package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;

/**
 * A process that would lead the cluster: stands, leads when it is elected, and stands again when it
 * has lost the lead, wherever the coordinators move.
 */
final class LeaderElection {
  /** What its owner hears, each as a later event. */
  interface Listener {
    /**
     * It leads, until it hears otherwise or {@link LeaderElection#isLeading} says so.
     *
     * @param changeId of this term
     */
    void onElected(Uid changeId);

    void onLost(Uid changeId);

    /** The coordinators are others now: whoever looks for them next should begin there. */
    void onMoved(CoordinatorSet next);
  }

  private final Host host;
  private final ElectionOptions options;
  private final Address address;
  private final int priority;
  private final Listener listener;
  private CoordinatorSet set;
  private LeaderTerm term;
  private boolean stopped;

  /**
   * @param address where the leader would be reached
   * @param priority how well it suits, lower is better
   */
  LeaderElection(
      Host host,
      CoordinatorSet set,
      ElectionOptions options,
      Address address,
      int priority,
      Listener listener) {
    this.host = host;
    this.set = set;
    this.options = options;
    this.address = address;
    this.priority = priority;
    this.listener = listener;
  }

  void start() {
    if (stopped) {
      return;
    }
    Candidate self = new Candidate(Uid.draw(host.random()), address, priority);
    term = new LeaderTerm(host, set, options, self, new TermListener());
    term.start();
  }

  /** Gives up the lead, or to become the leader. */
  void stop() {
    stopped = true;
    term.end();
  }

  /** Whether it leads at this moment: asked before each thing that a leader alone may do. */
  boolean isLeading() {
    return term != null && term.isLeading();
  }

  /** Whether it leads by right, see {@link LeaderTerm#hasLease}. */
  boolean hasLease() {
    return term != null && term.hasLease();
  }

  /** Hears of the present term. */
  private final class TermListener implements LeaderTerm.Listener {
    @Override
    public void onElected() {
      listener.onElected(term.self().changeId());
    }

    @Override
    public void onLost() {
      listener.onLost(term.self().changeId());
    }

    @Override
    public void onOver() {
      start();
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      set = next;
      start();
      listener.onMoved(next);
    }
  }
}
