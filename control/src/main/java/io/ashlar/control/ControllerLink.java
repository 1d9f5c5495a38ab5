package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.WorkerRegistered;

/**
 * What a worker has to do with whichever process is the controller: it registers there again and
 * again, and hears of newer views.
 */
final class ControllerLink {
  /** The worker. */
  interface Listener {
    /** What it would register now. */
    RegisterWorker registration();

    /**
     * Whether a view is not of an epoch before one that the worker, in an earlier life perhaps, has
     * heard of.
     */
    boolean isAfterAllKnown(ClusterView told);

    /** The controller tells of an epoch that is over, for longer than one without the lead can. */
    void onStuckInThePast(ClusterView told);

    void onView(ClusterView newer);
  }

  private final Host host;
  private final WorkerOptions options;
  private final CoordinatorSet coordinators;
  private final Listener listener;
  private final ViewFollower follower;
  private boolean stopped;

  /** Who told of the past last, and since when. */
  private Uid pastTerm = Uid.NONE;

  private long pastSinceNanos;

  ControllerLink(Host host, WorkerOptions options, CoordinatorSet coordinators, Listener listener) {
    this.host = host;
    this.options = options;
    this.coordinators = coordinators;
    this.listener = listener;
    this.follower = new ViewFollower(host, options.follow(), new Told());
  }

  void start() {
    follower.follow(coordinators);
    registerAgain();
  }

  void stop() {
    stopped = true;
    follower.stop();
  }

  private void registerAgain() {
    if (!stopped) {
      register();
      host.timers().schedule(options.registerNanos(), this::registerAgain);
    }
  }

  /** Registers now: something has changed. */
  void register() {
    Address controller = follower.controller();
    if (stopped || controller.equals(Address.NONE)) {
      return;
    }
    host.network()
        .request(
            controller,
            listener.registration(),
            WorkerRegistered.class,
            options.registerNanos(),
            new Registered());
  }

  /** The answer to a registration: it is repeated anyway. */
  private static final class Registered implements ReplyHandler<WorkerRegistered> {
    @Override
    public void onReply(WorkerRegistered reply) {}

    @Override
    public void onFailure(Failure failure) {}
  }

  private boolean isPresent(ClusterView told) {
    if (listener.isAfterAllKnown(told)) {
      pastTerm = Uid.NONE;
      return true;
    }
    host.probes().hit("worker.view-of-an-epoch-that-is-over");
    Uid term = follower.term();
    long now = host.clock().nowNanos();
    if (!term.equals(pastTerm)) {
      pastTerm = term;
      pastSinceNanos = now;
    } else if (now - pastSinceNanos > options.pastNanos()) {
      listener.onStuckInThePast(told);
    }
    return false;
  }

  /** What is told of the cluster. */
  private final class Told implements ViewFollower.Listener {
    @Override
    public boolean accept(ClusterView told) {
      return isPresent(told);
    }

    @Override
    public void onAccepted(ClusterView before, ClusterView now) {
      listener.onView(now);
    }

    @Override
    public void onLeader(Candidate leader) {
      register();
    }

    @Override
    public void onNoView(Failure failure) {}

    @Override
    public void onMoved(CoordinatorSet next) {}
  }
}
