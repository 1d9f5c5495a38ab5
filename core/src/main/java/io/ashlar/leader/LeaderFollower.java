package io.ashlar.leader;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.GetLeader;

/**
 * A server or client that wants to know who leads, wherever the coordinators move. What it hears is
 * a hint: that one led a moment ago, and may not any more.
 */
public final class LeaderFollower {
  /** What its owner hears, each as a later event. */
  public interface Listener {
    /** Most coordinators that answer have nominated another than before. */
    void onLeader(Candidate leader);

    /** See {@link NomineePolls.Listener#onUnknown}. */
    void onUnknown(Failure failure);

    /** The coordinators are others now: whoever looks for them next should begin there. */
    void onMoved(CoordinatorSet next);
  }

  private final Host host;
  private final FollowOptions options;
  private final Listener listener;
  private NomineePolls polls;
  private Candidate leader = Candidate.NONE;

  public LeaderFollower(Host host, FollowOptions options, Listener listener) {
    this.host = host;
    this.options = options;
    this.listener = listener;
  }

  public void follow(CoordinatorSet set) {
    stop();
    polls =
        new NomineePolls(host, set, options, known -> new GetLeader(set.id(), known), new Told());
    polls.start();
  }

  public void stop() {
    if (polls != null) {
      polls.stop();
    }
  }

  /** Who was told last to lead, or NONE. */
  public Candidate leader() {
    return leader;
  }

  /** What the coordinators say. */
  private final class Told implements NomineePolls.Listener {
    @Override
    public void onChanged() {
      Candidate before = leader;
      Candidate now = polls.likeliest(before);
      if (!now.isNobody()) {
        leader = now;
        if (!now.isSame(before)) {
          listener.onLeader(now);
        }
      }
    }

    @Override
    public void onUnknown(Failure failure) {
      listener.onUnknown(failure);
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      follow(next);
      listener.onMoved(next);
    }
  }
}
