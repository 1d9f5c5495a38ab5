package io.ashlar.control;

import io.ashlar.core.Backoff;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.leader.TermPatience;
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
     * Whether a view is of the worker's database, and not of an epoch before one that the worker,
     * in an earlier life perhaps, has heard of.
     */
    boolean isCredible(ClusterView told);

    /** The controller tells what is not credible, for longer than one without the lead can. */
    void onStuck(ClusterView told);

    void onView(ClusterView newer);

    /** The coordinators are others now. */
    void onMoved(CoordinatorSet next);
  }

  /** A registration that fails is repeated so much sooner than one that does not. */
  private static final int FIRST_RETRY = 32;

  private final Host host;
  private final WorkerOptions options;
  private final CoordinatorSet coordinators;
  private final Listener listener;
  private final ViewFollower follower;
  private final TermPatience patience;
  private final Backoff backoff;

  /** Sent so far. */
  private long registrations;

  private boolean stopped;

  ControllerLink(Host host, WorkerOptions options, CoordinatorSet coordinators, Listener listener) {
    this.host = host;
    this.options = options;
    this.coordinators = coordinators;
    this.listener = listener;
    this.follower = new ViewFollower(host, options.follow(), new Told());
    this.patience = new TermPatience(options.pastNanos());
    this.backoff = new Backoff(options.registerNanos() / FIRST_RETRY, options.registerNanos());
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
      registerOnce();
      host.timers().schedule(options.registerNanos(), this::registerAgain);
    }
  }

  /** Registers now: something has changed. */
  void register() {
    backoff.reset();
    registerOnce();
  }

  private void registerOnce() {
    Address controller = follower.controller();
    if (stopped || controller.equals(Address.NONE)) {
      return;
    }
    registrations++;
    host.network()
        .request(
            controller,
            listener.registration(),
            WorkerRegistered.class,
            options.registerNanos(),
            new Registered(registrations));
  }

  /**
   * The answer to a registration. It is repeated anyway, but whoever is about to lead needs it
   * soon: who is nominated is no controller for some milliseconds yet.
   */
  private final class Registered implements ReplyHandler<WorkerRegistered> {
    private final long number;

    Registered(long number) {
      this.number = number;
    }

    @Override
    public void onReply(WorkerRegistered reply) {}

    @Override
    public void onFailure(Failure failure) {
      if (number == registrations) {
        host.timers().schedule(backoff.nextDelayNanos(host.random()), this::again);
      }
    }

    private void again() {
      if (number == registrations) {
        registerOnce();
      }
    }
  }

  private boolean isPresent(ClusterView told) {
    if (listener.isCredible(told)) {
      patience.onCredible();
      return true;
    }
    if (patience.isExhausted(follower.term(), host.clock().nowNanos())) {
      listener.onStuck(told);
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
    public void onMoved(CoordinatorSet next) {
      listener.onMoved(next);
    }
  }
}
