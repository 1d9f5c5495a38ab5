package io.ashlar.leader;

import io.ashlar.core.Backoff;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.GetClusterView;

/**
 * Keeps asking whoever leads for the cluster's view, and tells of every newer one. Who led a moment
 * ago may still answer, with the view of an epoch that is over: what relies on it will fail, and a
 * newer one comes.
 */
public final class ViewFollower {
  /** What its owner hears, each as a later event. */
  public interface Listener {
    /**
     * A view that is newer than the last one accepted, or is of another database.
     *
     * @return whether it is accepted; else it is asked for again after a while, unless the follower
     *     was stopped
     */
    boolean accept(ClusterView told);

    /**
     * It was accepted, and is asked for no more.
     *
     * @param before the last one, or null
     */
    void onAccepted(ClusterView before, ClusterView now);

    /** Another leads than before, or is about to. */
    void onLeader(Candidate leader);

    /**
     * Who is said to lead gave no view; or, with CONNECTION_STRING_INVALID, the coordinators have
     * not heard of the database. It is asked for again.
     */
    void onNoView(Failure failure);

    /** The coordinators are others now: whoever looks for them next should begin there. */
    void onMoved(CoordinatorSet next);
  }

  private final Host host;
  private final FollowOptions options;
  private final Listener listener;
  private final LeaderFollower follower;
  private final Backoff backoff;
  private ClusterView view;

  /** Counts who was told to lead: one that comes back is not asked twice at a time. */
  private long leaders;

  private boolean stopped;

  public ViewFollower(Host host, FollowOptions options, Listener listener) {
    this.host = host;
    this.options = options;
    this.listener = listener;
    this.follower = new LeaderFollower(host, options, new Led());
    this.backoff = options.newBackoff();
  }

  /** Begins; called once. */
  public void follow(CoordinatorSet set) {
    follower.follow(set);
  }

  /** Nothing is told from now on. */
  public void stop() {
    stopped = true;
    follower.stop();
  }

  /** The newest view that was accepted, or null. */
  public ClusterView view() {
    return view;
  }

  /** Where the controller is, as was heard last; NONE before anything was heard. */
  public Address controller() {
    return follower.leader().address();
  }

  /** Of whom it asks: another for each time that one leads; NONE before anything was heard. */
  public Uid term() {
    return follower.leader().changeId();
  }

  private void ask(Candidate leader, long number) {
    if (stopped || number != leaders) {
      return;
    }
    GetClusterView request =
        view == null ? new GetClusterView(0, 0) : new GetClusterView(view.epoch(), view.sequence());
    host.network()
        .request(
            leader.address(),
            request,
            ClusterView.class,
            options.pollNanos(),
            new Answer(leader, number));
  }

  private boolean isNews(ClusterView told) {
    return view == null
        || !told.databaseId().equals(view.databaseId())
        || told.isNewerThan(view.epoch(), view.sequence());
  }

  /** Hears who leads. */
  private final class Led implements LeaderFollower.Listener {
    @Override
    public void onLeader(Candidate leader) {
      leaders++;
      backoff.reset();
      listener.onLeader(leader);
      ask(leader, leaders);
    }

    @Override
    public void onUnknown(Failure failure) {
      if (!stopped) {
        listener.onNoView(failure);
      }
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      listener.onMoved(next);
    }
  }

  /** The answer of one leader. */
  private final class Answer implements ReplyHandler<ClusterView> {
    private final Candidate asked;
    private final long number;
    private final long askedNanos = host.clock().nowNanos();

    Answer(Candidate asked, long number) {
      this.asked = asked;
      this.number = number;
    }

    private void askAgain() {
      backoff.reset();
      ask(asked, number);
    }

    /** Sooner than a while after it was asked last it is not asked again. */
    private void askLater() {
      if (number == leaders) {
        long tookNanos = host.clock().nowNanos() - askedNanos;
        long pauseNanos = Math.max(0, backoff.nextDelayNanos(host.random()) - tookNanos);
        host.timers().schedule(pauseNanos, () -> ask(asked, number));
      }
    }

    private boolean isEarly() {
      return host.clock().nowNanos() - askedNanos < options.retryNanos();
    }

    @Override
    public void onReply(ClusterView told) {
      if (stopped) {
        return;
      }
      if (!isNews(told)) {
        if (isEarly()) {
          // It has no room for one more who waits.
          askLater();
        } else {
          askAgain();
        }
      } else if (listener.accept(told)) {
        ClusterView before = view;
        view = told;
        listener.onAccepted(before, told);
        askAgain();
      } else {
        askLater();
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (!stopped) {
        listener.onNoView(failure);
        askLater();
      }
    }
  }
}
