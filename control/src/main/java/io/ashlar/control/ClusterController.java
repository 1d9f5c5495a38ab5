package io.ashlar.control;

import static java.util.stream.Collectors.joining;

import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.WorkerRegistered;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cluster controller, for one term: knows which workers live, runs recovery at its start and
 * whenever a role of the pipeline fails, and publishes the view.
 */
final class ClusterController implements Role {
  private static final Refused LED_ONCE =
      new Refused(ErrorCode.BROKEN_PROMISE, "this process is the controller no more");

  /** Who was silent or slow in an epoch has roles only where there is no other, for so long. */
  private static final long AVOID_NANOS = 60_000_000_000L;

  /** The same for who is left out because others do not reach it, although it does its work. */
  private static final long DETOUR_NANOS = 300_000_000_000L;

  private final Host host;
  private final ControllerOptions options;
  private final Membership membership;
  private final ClusterConfiguration configurationForNew;
  private final WorkerRegistry workers;
  private final CoordinatedStates states;
  private final Lead lead;
  private final CoordinatorsMove move;
  private final ViewPublisher views;
  private final Detours detours = new Detours();
  private long nextDetourNanos = Long.MIN_VALUE;

  private Recovery recovery;

  /** Of the present epoch; null while there is none. */
  private EpochUpkeep upkeep;

  private PipelineWatch watch;

  /** Since when there is no epoch, while there is none. */
  private long withoutEpochNanos;

  private long recoveries;
  private String lastFailure = "";

  /**
   * @param membership which database it controls
   * @param lead its term: it acts on nothing that comes later
   * @param configurationForNew what to create when there is no database yet; else unused
   */
  ClusterController(
      Host host,
      ControllerOptions options,
      Membership membership,
      CoordinatedStates states,
      Lead lead,
      ClusterConfiguration configurationForNew) {
    this.host = host;
    this.options = options;
    this.membership = membership;
    this.states = states;
    this.lead = lead;
    this.configurationForNew = configurationForNew;
    this.workers = new WorkerRegistry(options.silenceNanos());
    this.move = new CoordinatorsMove(host, options, states, lead);
    this.views = new ViewPublisher(host, options, workers, this::noViewYet);
  }

  @Override
  public void start() {
    withoutEpochNanos = host.clock().nowNanos();
    startRecovery();
    host.timers().schedule(options.viewPollNanos() / 4, this::expirePolls);
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (!lead.isLeading()) {
      // Its time has passed, and it is about to hear so.
      host.probes().hit("controller.asked-without-the-lead");
      refuse(inbound, LED_ONCE);
      return;
    }
    switch (inbound.message().kind()) {
      case REGISTER_WORKER -> onRegister(inbound, (RegisterWorker) inbound.message());
      case GET_CLUSTER_VIEW -> views.onPoll(inbound, (GetClusterView) inbound.message());
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default -> {
        host.probes().hit("controller.foreign-message");
        refuse(
            inbound,
            new Refused(
                ErrorCode.MALFORMED_REQUEST,
                "the controller does not answer " + inbound.message().kind()));
      }
    }
  }

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {
    if (recovery != null) {
      recovery.abandon();
    }
    stopEpoch();
    views.refuseAll(LED_ONCE);
  }

  private void refuse(Inbound inbound, Refused why) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, why);
    }
  }

  private void onRegister(Inbound inbound, RegisterWorker registration) {
    if (!registration.databaseId().equals(membership.databaseId())) {
      // It has heard of a controller that was at this address before.
      host.probes().hit("controller.worker-of-another-database");
      refuse(
          inbound,
          new Refused(
              ErrorCode.CONNECTION_STRING_INVALID,
              "this is the controller of database "
                  + membership.databaseId()
                  + ", not "
                  + registration.databaseId()));
      return;
    }
    boolean changed = workers.register(registration, host.clock().nowNanos());
    host.network().reply(inbound, new WorkerRegistered(views.epoch()));
    if (changed && upkeep != null) {
      host.probes().hit("controller.worker-changed");
      views.publish(upkeep.epoch());
      meetWish();
    } else if (changed && recovery != null) {
      recovery.onWorkersChanged();
    }
  }

  /** The configuration that was asked for may be possible by now. */
  private void meetWish() {
    ConfigurationChoice.Wish wish = upkeep.epoch().wish();
    // With workers that are excluded the next epoch would not have it either.
    if (wish != null && wish.canBeMet(usable())) {
      host.probes().hit("controller.configuration-possible");
      beginAnew("the configuration that was asked for has become possible");
    }
  }

  private List<RegisterWorker> usable() {
    List<RegisterWorker> usable = new ArrayList<>(workers.live(host.clock().nowNanos()));
    usable.removeIf(worker -> upkeep.epoch().excluded().contains(worker.workerId()));
    return usable;
  }

  /**
   * Whether an epoch that ends now could be followed by one without some. Those that are excluded
   * count: when the others are too few the next epoch has them as well.
   */
  private final class Others implements PipelineWatch.Substitutes {
    @Override
    public boolean areThere(String process, boolean withoutIt) {
      return areThereWithout(withoutIt ? Set.of(process) : Set.of());
    }

    @Override
    public boolean areThereWithout(Set<String> processes) {
      List<RegisterWorker> others = new ArrayList<>(workers.live(host.clock().nowNanos()));
      others.removeIf(worker -> processes.contains(worker.process()));
      return EpochPlan.missing(upkeep.epoch().state().configuration(), others).isEmpty();
    }
  }

  // Recovery

  private void startRecovery() {
    whileLeading(
        () -> {
          if (recovery == null && upkeep == null) {
            recoveries++;
            recovery =
                new Recovery(
                    host,
                    options,
                    membership,
                    workers,
                    states,
                    lead::isLeading,
                    configurationForNew,
                    new AttemptListener());
            recovery.start();
          }
        });
  }

  /**
   * Acts only while it leads: its lock would take the state from the one that leads now. As a rule
   * it is stopped before it tries again; but a heartbeat that was taken may still make its lease
   * longer.
   */
  private void whileLeading(Runnable act) {
    if (lead.isLeading()) {
      act.run();
    } else {
      host.probes().hit("controller.waits-for-the-lead");
      host.timers().schedule(options.retryNanos(), () -> whileLeading(act));
    }
  }

  /** Hears the end of the present attempt. */
  private final class AttemptListener implements Recovery.Listener {
    @Override
    public void onEpochBegun(Epoch begun) {
      recovery = null;
      upkeep =
          new EpochUpkeep(
              host,
              options,
              workers,
              states,
              ClusterController.this::whileLeading,
              views,
              move,
              begun,
              ClusterController.this::beginAnew);
      lead.proved();
      views.publishFirst(begun);
      watch =
          new PipelineWatch(
              host, options, begun.plan(), begun.state(), new Others(), new PipelineListener());
      watch.start();
      upkeep.start();
    }

    @Override
    public void onEnded(String reason) {
      recovery = null;
      lastFailure = reason;
      considerAnother();
      // A pause keeps a storm of attempts from starving the roles it waits for.
      host.timers().schedule(options.retryNanos(), ClusterController.this::startRecovery);
    }
  }

  /** Hears how the pipeline of the present epoch does. */
  private final class PipelineListener implements PipelineWatch.Listener {
    @Override
    public void onFailed(Set<String> processes, Failure.Kind kind, String reason) {
      onPipelineFailure(processes, kind, reason);
    }

    @Override
    public void onLost(String process) {
      // If it lives it registers again, soon.
      workers.lost(process, host.clock().nowNanos());
      host.trace().event("LogServerLost", "epoch", upkeep.epoch().number(), "process", process);
    }

    @Override
    public void onDegraded(List<PeerLinks.Link> degraded) {
      considerDetour(degraded);
    }
  }

  /** Begins an epoch without links that are degraded, if there can be one. */
  private void considerDetour(List<PeerLinks.Link> degraded) {
    long nowNanos = host.clock().nowNanos();
    if (nowNanos < nextDetourNanos || !detours.mayTake(nowNanos)) {
      return;
    }
    // With each pong of each proxy it would be a search for what has just not been found.
    nextDetourNanos = nowNanos + options.silenceNanos();
    Set<String> left =
        Detours.around(
            degraded, upkeep.epoch().state().configuration(), usable(), workers.avoided(nowNanos));
    if (left.isEmpty()) {
      host.probes().hit("controller.no-way-around-a-link");
      return;
    }
    host.probes().hit("controller.detour");
    detours.take(nowNanos);
    left.forEach(process -> workers.avoid(process, nowNanos + DETOUR_NANOS));
    PeerLinks.Link first = degraded.get(0);
    String reason =
        "processes "
            + first.one()
            + " and "
            + first.other()
            + " do not reach each other, or hardly: "
            + String.join(", ", new TreeSet<>(left))
            + " is left out";
    host.trace().event("PeersDegraded", "epoch", upkeep.epoch().number(), "reason", reason);
    beginAnew(reason);
  }

  private void onPipelineFailure(Set<String> processes, Failure.Kind kind, String reason) {
    long nowNanos = host.clock().nowNanos();
    for (String process : new TreeSet<>(processes)) {
      if (kind == Failure.Kind.DISCONNECTED) {
        // The next epoch needs others at once; if it lives it registers again, soon.
        workers.lost(process, nowNanos);
      } else if (kind == Failure.Kind.TIMED_OUT) {
        // What it registered last may have come after it had begun to be silent.
        workers.avoid(process, nowNanos + AVOID_NANOS);
      }
    }
    host.trace().event("PipelineFailed", "epoch", upkeep.epoch().number(), "reason", reason);
    host.probes().hit("controller.pipeline-failure-" + kind);
    beginAnew(reason);
  }

  private void beginAnew(String reason) {
    lastFailure = reason;
    stopEpoch();
    startRecovery();
  }

  private void stopEpoch() {
    if (upkeep != null) {
      watch.stop();
      upkeep.stop();
      upkeep = null;
      withoutEpochNanos = host.clock().nowNanos();
    }
  }

  /**
   * Lets another process lead when there has been no epoch for long: this one may reach the
   * coordinators and not those whom recovery needs. What is known to be lost no other finds either,
   * and what is under way ends in time.
   */
  private void considerAnother() {
    boolean isStuck = upkeep == null && (recovery == null || recovery.isWaiting());
    long spentNanos = host.clock().nowNanos() - withoutEpochNanos;
    if (recovery != null && recovery.isUnreadable()) {
      if (lead.isContested()) {
        host.trace().event("ControllerRetires", "why", recovery.corruption());
        lead.retire();
      }
    } else if (isStuck && spentNanos > options.patienceNanos() && lead.isContested()) {
      host.probes().hit("controller.lets-another-try");
      host.trace().event("ControllerGivesUp", "phase", phaseInWords(), "reason", lastFailure);
      lead.giveUp();
    }
  }

  // What is told of it

  private void expirePolls() {
    if (lead.isLeading()) {
      views.answerExpired();
    } else {
      views.refuseExpired(LED_ONCE);
    }
    considerAnother();
    host.timers().schedule(options.viewPollNanos() / 4, this::expirePolls);
  }

  private Refused noViewYet() {
    String corruption = recovery == null ? null : recovery.corruption();
    return corruption != null
        ? new Refused(
            recovery.isUnreadable() ? ErrorCode.DIRECTORY_VERSION : ErrorCode.FILE_CORRUPT,
            corruption)
        : new Refused(ErrorCode.TIMED_OUT, "no epoch has begun yet: " + whereItIs());
  }

  private String whereItIs() {
    String waits = recovery == null ? "" : recovery.waitsFor();
    return phaseInWords() + (waits.isEmpty() ? "" : ", waits for " + waits);
  }

  private String phaseInWords() {
    if (upkeep != null) {
      return "accepting commits";
    }
    if (recovery == null) {
      return "between two attempts";
    }
    return recovery.phase().name();
  }

  private static String inWords(List<Address> coordinators) {
    return coordinators.stream().map(Address::process).collect(joining(","));
  }

  private RoleStatus status() {
    ControllerStatus status = new ControllerStatus();
    status.add("phase", phaseInWords());
    status.add("waits-for", recovery == null ? "" : recovery.waitsFor());
    status.add("epoch", Long.toString(views.epoch()));
    status.add("recovery-attempts", Long.toString(recoveries));
    status.add("last-failure", lastFailure);
    status.add("workers", Integer.toString(workers.live(host.clock().nowNanos()).size()));
    if (upkeep != null) {
      Epoch epoch = upkeep.epoch();
      status.add(epoch.state().configuration());
      status.add("coordinators", inWords(states.set().coordinators()));
      if (move.isWanted()) {
        status.add("coordinators-wanted", inWords(epoch.coordinators()));
      }
      if (epoch.wish() != null) {
        status.add("configuration-waits", epoch.wish().why());
      }
    }
    ClusterView view = views.view();
    if (view != null) {
      status.add("database", view.databaseId().toString());
      status.add("log-generations", Integer.toString(view.generations().size()));
      status.add("storage-servers", Integer.toString(view.storages().size()));
      status.addStored(view, upkeep == null, workers);
    }
    if (upkeep != null) {
      status.add(upkeep.epoch().plan());
      watch.degraded().forEach(status::addDegraded);
      watch.logTroubles().forEach(status::addLogTrouble);
      upkeep.addTo(status);
    }
    status.addClients(views.waiting());
    status.add(workers.silences(host.clock().nowNanos()));
    workers.avoided(host.clock().nowNanos()).forEach(process -> status.add("left-out", process));
    return status.toRoleStatus();
  }
}
