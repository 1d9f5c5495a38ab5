package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Timers;
import io.ashlar.message.RegisterWorker;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One attempt to begin a new epoch. Never repaired: when something it relies on fails, it ends, and
 * the controller starts another with a higher epoch.
 *
 * <ol>
 *   <li>READING_STATE: lock the coordinated state. Older attempts cannot write it any more. Where
 *       there is none, or another database's, and there should be this one's, it is held up here.
 *   <li>PLANNING_DATABASE (only where there is none): wait for workers, and deal the storage
 *       servers.
 *   <li>LOCKING_STATE: write it back with a higher epoch.
 *   <li>LOCKING_LOGS: lock the log servers of the last generation until enough are; they decide RV.
 *   <li>READING_METADATA: read the METADATA tag up to RV.
 *   <li>RECRUITING: decide what the epoch has ({@link NextEpoch}), and start its roles; its log
 *       servers copy the tail up to RV.
 *   <li>RECOVERY_TRANSACTION: push RT to every new log server, and wait for every one.
 *   <li>WRITING_STATE: append the new generation to the coordinated state. The epoch begins here.
 *   <li>ACCEPTING_COMMITS: tell the controller, which publishes the view.
 * </ol>
 *
 * <p>Phases only go forward, and a new database skips those that read an old one; ENDED can follow
 * any. Replies of earlier phases are ignored. One timer sends again, in each phase, what is
 * missing.
 */
final class Recovery {
  enum Phase {
    READING_STATE,
    PLANNING_DATABASE,
    LOCKING_STATE,
    LOCKING_LOGS,
    READING_METADATA,
    RECRUITING,
    RECOVERY_TRANSACTION,
    WRITING_STATE,
    ACCEPTING_COMMITS,
    ENDED
  }

  /** What the controller hears of an attempt: one of the two, once. */
  interface Listener {
    void onEpochBegun(Epoch epoch);

    /**
     * @param reason for people
     */
    void onEnded(String reason);
  }

  private final Host host;
  private final ControllerOptions options;
  private final Membership membership;
  private final WorkerRegistry workers;
  private final CoordinatedStates states;
  private final BooleanSupplier isLeading;
  private final ClusterConfiguration configurationForNew;
  private final Listener listener;
  private final Uid attemptId;
  private final Holdup holdup;
  private final Silence silence;

  private Phase phase = Phase.READING_STATE;

  /** Where this attempt is to end by itself, or null: as if something it relies on had failed. */
  private Phase givesUpIn;

  private Timers.Timer retry;
  private long phaseStartNanos;

  private RegisterGeneration generationOfState;
  private CoordinatedState state;
  private boolean stateWritten;
  private LogLocking locking;
  private String missing = "";
  private LogLocks.Decision decision;
  private MetadataReading reading;

  /** As it was decided last; in RECRUITING again and again, until it is possible. */
  private NextEpoch nextEpoch;

  private Recruitment recruitment;
  private TransactionPush push;

  /**
   * @param membership which database it may begin an epoch of
   * @param isLeading whether its controller leads: it takes no step while that does not
   */
  Recovery(
      Host host,
      ControllerOptions options,
      Membership membership,
      WorkerRegistry workers,
      CoordinatedStates states,
      BooleanSupplier isLeading,
      ClusterConfiguration configurationForNew,
      Listener listener) {
    this.host = host;
    this.options = options;
    this.membership = membership;
    this.workers = workers;
    this.states = states;
    this.isLeading = isLeading;
    this.configurationForNew = configurationForNew;
    this.listener = listener;
    this.attemptId = Uid.draw(host.random());
    this.holdup = new Holdup(host, membership, workers);
    this.silence = new Silence(workers, options.silenceNanos());
  }

  Phase phase() {
    return phase;
  }

  /** What is lost or corrupt, for people, while that holds the attempt up; else null. */
  String corruption() {
    return switch (phase) {
      case READING_STATE, PLANNING_DATABASE, LOCKING_LOGS -> holdup.what();
      default -> null;
    };
  }

  /** What the present phase waits for, for people; empty when it waits for nothing special. */
  String waitsFor() {
    String held = corruption();
    if (held != null) {
      return held;
    }
    return switch (phase) {
      case READING_STATE, LOCKING_STATE, WRITING_STATE -> "a majority of the coordinators";
      case PLANNING_DATABASE -> missing;
      case LOCKING_LOGS -> locking.missing();
      case RECRUITING ->
          nextEpoch.isPossible() ? "roles to start and the log to be copied" : nextEpoch.missing();
      default -> "";
    };
  }

  /** Whether the state is of another version of this program: then that holds the attempt up. */
  boolean isUnreadable() {
    return holdup.isUnreadable();
  }

  /**
   * Whether it waits for those whom another process may reach, and not for what was begun, which
   * comes to an end, or for what is known to be lost.
   */
  boolean isWaiting() {
    return switch (phase) {
      case READING_STATE -> !holdup.wasOlderCopy();
      case LOCKING_STATE -> true;
      case PLANNING_DATABASE -> holdup.what() == null;
      case LOCKING_LOGS -> !holdup.wasOlderCopy() && locking.canBeEnough();
      case RECRUITING -> !nextEpoch.isPossible();
      default -> false;
    };
  }

  /** The epoch tried, 0 before it is known. */
  long epoch() {
    return state == null || generationOfState == null ? 0 : state.epoch();
  }

  void start() {
    host.trace().event("RecoveryStarted", "attempt", attemptId);
    if (host.faults().at("recovery.give-up")) {
      givesUpIn = Phase.values()[host.random().nextInt(Phase.ACCEPTING_COMMITS.ordinal())];
    }
    readState();
    armRetry();
  }

  /** Ends the attempt without a word to the listener: its controller has stopped. */
  void abandon() {
    phase = Phase.ENDED;
    stopPhases();
    if (retry != null) {
      retry.cancel();
    }
  }

  private void end(String reason) {
    if (phase == Phase.ENDED || phase == Phase.ACCEPTING_COMMITS) {
      return;
    }
    host.probes().hit("recovery.ended-in-" + phase);
    host.trace().event("RecoveryEnded", "epoch", epoch(), "phase", phase, "reason", reason);
    abandon();
    listener.onEnded(reason);
  }

  /** Somebody it may have waited for is there: goes on without waiting for the next retry. */
  void onWorkersChanged() {
    switch (phase) {
      case PLANNING_DATABASE -> advance();
      case LOCKING_LOGS -> {
        locking.lockMissing();
        advance();
      }
      case RECRUITING -> {
        if (!nextEpoch.isPossible()) {
          recruit();
        }
      }
      default -> {}
    }
  }

  private void armRetry() {
    silence.timerIsDue(host.clock().nowNanos() + options.retryNanos());
    retry = host.timers().schedule(options.retryNanos(), this::onRetry);
  }

  private void onRetry() {
    if (phase == Phase.ENDED || phase == Phase.ACCEPTING_COMMITS) {
      return;
    }
    if (silence.timerRings(host.clock().nowNanos())) {
      host.probes().hit("recovery.stood-still");
    }
    if (!leads()) {
      armRetry();
      return;
    }
    switch (phase) {
      case READING_STATE -> {
        if (holdup.what() != null && isOverdue()) {
          // What was lost may have been put back.
          readState();
        }
      }
      case LOCKING_LOGS -> {
        if (holdup.isOlderCopy(state) && isOverdue()) {
          end("the coordinated state is an older copy, and is read again");
          return;
        }
        locking.lockMissing();
      }
      case READING_METADATA -> reading.peek();
      case RECRUITING -> {
        if (!nextEpoch.isPossible()) {
          recruit();
        }
      }
      case RECOVERY_TRANSACTION -> push.pushMissing();
      default -> {}
    }
    armRetry();
    if (isBounded(phase) && isOverdue()) {
      host.probes().hit("recovery.phase-took-too-long");
      end("phase " + phase + " took too long");
      return;
    }
    if (reliesOnPlan() && endsForSilence()) {
      return;
    }
    advance();
  }

  private boolean reliesOnPlan() {
    return phase == Phase.RECOVERY_TRANSACTION
        || (phase == Phase.RECRUITING && nextEpoch.isPossible());
  }

  /** Each worker of the plan must answer: without one that is silent another attempt is sooner. */
  private boolean endsForSilence() {
    long nowNanos = host.clock().nowNanos();
    String silent = silence.firstOf(nextEpoch.plan(), nowNanos);
    if (silent == null) {
      return false;
    }
    host.probes().hit("recovery.worker-silent");
    workers.avoid(silent, nowNanos + options.recruitNanos());
    end("the worker at " + silent + " is silent");
    return true;
  }

  /**
   * Phases that rely on roles just recruited or locked: if these do not answer, others may. So does
   * RECRUITING, in which the requests themselves are bounded.
   */
  private static boolean isBounded(Phase some) {
    return some == Phase.READING_METADATA || some == Phase.RECOVERY_TRANSACTION;
  }

  private boolean isOverdue() {
    return host.clock().nowNanos() - phaseStartNanos > options.recruitNanos()
        || host.faults().at("recovery.time-is-up");
  }

  private void advance() {
    boolean moved = true;
    while (moved && leads()) {
      moved = step();
    }
  }

  /** When not, the next turn of the timer asks again, unless the controller is stopped before. */
  private boolean leads() {
    boolean leads = isLeading.getAsBoolean();
    if (!leads) {
      host.probes().hit("recovery.waits-for-the-lead");
    }
    return leads;
  }

  private boolean step() {
    return switch (phase) {
      case READING_STATE -> generationOfState != null && enterAfterRead();
      case PLANNING_DATABASE -> planDatabase() && enter(Phase.LOCKING_STATE, this::writeEpoch);
      case LOCKING_STATE ->
          stateWritten
              && (state.isNew()
                  ? enter(Phase.RECRUITING, this::recruit)
                  : enter(Phase.LOCKING_LOGS, this::lockLogs));
      case LOCKING_LOGS -> decide() && enter(Phase.READING_METADATA, this::readMetadata);
      case READING_METADATA -> reading.isComplete() && enter(Phase.RECRUITING, this::recruit);
      case RECRUITING ->
          recruitment != null
              && recruitment.isComplete()
              && enter(Phase.RECOVERY_TRANSACTION, this::pushTransaction);
      case RECOVERY_TRANSACTION ->
          push.isComplete() && enter(Phase.WRITING_STATE, this::writeGeneration);
      case WRITING_STATE -> stateWritten && enter(Phase.ACCEPTING_COMMITS, this::begin);
      case ACCEPTING_COMMITS, ENDED -> false;
    };
  }

  private boolean enterAfterRead() {
    if (state == null) {
      return enter(Phase.PLANNING_DATABASE, () -> {});
    }
    return enter(Phase.LOCKING_STATE, this::writeEpoch);
  }

  private boolean enter(Phase next, Runnable action) {
    Check.that(next.ordinal() > phase.ordinal(), "recovery would go back to ", next);
    host.trace().event("RecoveryPhase", "epoch", epoch(), "from", phase, "to", next);
    host.probes().hit("recovery.phase-" + next);
    stopPhases();
    phase = next;
    phaseStartNanos = host.clock().nowNanos();
    action.run();
    // There is one creation in a cluster's life: it has a chance of its own.
    boolean givesUp =
        next == givesUpIn
            || (next == Phase.PLANNING_DATABASE && host.faults().at("recovery.give-up"));
    if (givesUp) {
      end("gave up in phase " + next);
    }
    return phase == next;
  }

  // READING_STATE, PLANNING_DATABASE, LOCKING_STATE

  private void readState() {
    phaseStartNanos = host.clock().nowNanos();
    states.lock(attemptId, new StateLocked());
  }

  /** Hears the end of the lock of the state. */
  private final class StateLocked implements CoordinatedStates.LockHandler {
    @Override
    public void onLocked(RegisterGeneration registerGeneration, CoordinatedState stateOrNull) {
      if (phase != Phase.READING_STATE) {
        return;
      }
      if (phase == givesUpIn) {
        end("gave up in phase " + phase);
        return;
      }
      if (holdup.isBy(epoch(), stateOrNull)) {
        // It is read again after a while.
        return;
      }
      String noRoom = stateOrNull == null ? null : stateOrNull.noRoom();
      if (noRoom != null) {
        end(noRoom);
        return;
      }
      generationOfState = registerGeneration;
      state = stateOrNull;
      holdup.isOver();
      advance();
    }

    @Override
    public void onUnreadable(String why) {
      if (phase == Phase.READING_STATE) {
        holdup.byUnreadable(epoch(), why);
      }
    }
  }

  private boolean planDatabase() {
    List<RegisterWorker> live = workers.live(host.clock().nowNanos());
    DatabaseCreation creation =
        new DatabaseCreation(options.workersAtCreation(), configurationForNew, live);
    missing = creation.missing();
    if (!missing.isEmpty()) {
      host.probes().hit("recovery.creation-waits-for-workers");
      return false;
    }
    String lost = creation.lost();
    if (!lost.isEmpty()) {
      holdup.by(epoch(), lost);
      return false;
    }
    state = creation.plan(membership.databaseId(), host.random());
    return true;
  }

  private void writeEpoch() {
    state = state.withEpoch(state.epoch() + 1);
    states.write(generationOfState, state, written -> onStateWritten(Phase.LOCKING_STATE, written));
  }

  private void onStateWritten(Phase in, boolean written) {
    if (phase != in) {
      return;
    }
    if (!written) {
      end("a later attempt owns the coordinated state");
      return;
    }
    stateWritten = true;
    advance();
    // Each phase that writes waits for its own write.
  }

  // LOCKING_LOGS, READING_METADATA

  private void lockLogs() {
    locking =
        new LogLocking(
            host,
            options,
            workers,
            state.epoch(),
            state.lastGeneration(),
            new Progress(),
            what -> holdup.by(epoch(), what));
    locking.lockMissing();
  }

  private boolean decide() {
    if (holdup.isByOlderCopy(epoch(), state)) {
      // Workers that knew of it have registered only after it was read.
      return false;
    }
    decision = locking.decide();
    return decision != null;
  }

  private void readMetadata() {
    reading =
        new MetadataReading(
            host, options, workers, state.lastGeneration(), decision, new Progress());
    reading.peek();
  }

  /** What phases with a class of their own tell. */
  private final class Progress implements PhaseListener {
    @Override
    public void onProgress() {
      advance();
    }

    @Override
    public void onFailed(String reason) {
      end(reason);
    }
  }

  /** Late replies to what earlier phases asked count no more. */
  private void stopPhases() {
    if (locking != null) {
      locking.stop();
    }
    if (reading != null) {
      reading.stop();
    }
    if (push != null) {
      push.stop();
    }
  }

  // RECRUITING

  private void recruit() {
    // The state is written once more later: what was heard of the first write counts no more.
    stateWritten = false;
    Metadata metadata = state.isNew() ? new Metadata() : reading.metadata();
    nextEpoch = new NextEpoch(host, options, workers, state, metadata, decision);
    if (nextEpoch.isPossible()) {
      recruitment = nextEpoch.recruitment(new Progress());
      recruitment.begin();
    }
  }

  // RECOVERY_TRANSACTION

  private void pushTransaction() {
    push = nextEpoch.push(new Progress());
    push.pushMissing();
  }

  // WRITING_STATE, ACCEPTING_COMMITS

  private void writeGeneration() {
    state = nextEpoch.stateAtBegin();
    states.write(generationOfState, state, written -> onStateWritten(Phase.WRITING_STATE, written));
  }

  private void begin() {
    retry.cancel();
    listener.onEpochBegun(nextEpoch.begun(generationOfState));
  }
}
