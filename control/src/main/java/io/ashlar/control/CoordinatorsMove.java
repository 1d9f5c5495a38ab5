package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Moves the coordinated state to the coordinators that operators want, through all epochs of a
 * term. While it moves nothing else is written. It gives up when the next coordinators do not
 * answer in time, and tries again after a while. When the state has moved the term ends: the next
 * coordinators elect another controller.
 */
final class CoordinatorsMove {
  /** Between two attempts. */
  private static final long AGAIN_NANOS = 10_000_000_000L;

  /** Who writes the state as a rule: the present epoch. */
  interface Owner {
    /** With the state as it was written last. */
    Epoch epoch();

    /** Whether a write is under way. */
    boolean isWriting();

    /** From now on it writes nothing, until {@link #goOn}. */
    void hold();

    void goOn();

    /** Another owns the state, and it has not moved. */
    void onOvertaken();
  }

  private final Host host;
  private final ControllerOptions options;
  private final CoordinatedStates states;
  private final Lead lead;

  /** Null while there is no epoch. */
  private Owner owner;

  private boolean isMoving;
  private List<Address> nextCoordinators;
  private Uid nextSetId;

  CoordinatorsMove(Host host, ControllerOptions options, CoordinatedStates states, Lead lead) {
    this.host = host;
    this.options = options;
    this.states = states;
    this.lead = lead;
  }

  /** An epoch has begun, and says where operators want the state. */
  void epochBegins(Owner of) {
    owner = of;
    begin();
  }

  void epochIsOver() {
    if (isMoving) {
      // If it is too late for that, the next attempt finds the move, and finishes it.
      states.cancelMove();
      isMoving = false;
    }
    owner = null;
  }

  /** Whether the state is not where operators want it. */
  boolean isWanted() {
    List<Address> wanted = owner == null ? null : owner.epoch().coordinators();
    return wanted != null
        && !new TreeSet<>(wanted).equals(new TreeSet<>(states.set().coordinators()));
  }

  /** Begins, if it is wanted and nothing is in the way: to be called when a write has ended. */
  void begin() {
    if (isMoving || !isWanted() || owner.isWriting()) {
      return;
    }
    if (!lead.isLeading()) {
      host.timers().schedule(options.retryNanos(), this::begin);
      return;
    }
    isMoving = true;
    owner.hold();
    Owner present = owner;
    Epoch epoch = present.epoch();
    CoordinatorSet next = new CoordinatorSet(setIdOf(epoch.coordinators()), epoch.coordinators());
    host.trace().event("CoordinatorsMove", "from", states.set(), "to", next);
    states.move(
        epoch.registerGeneration(),
        next,
        () -> present.epoch().state(),
        moved -> onMoved(present, moved));
    host.timers().schedule(options.recruitNanos(), () -> giveUp(present));
  }

  /** One for all attempts at the same move: what each coordinator keeps of it is one register. */
  private Uid setIdOf(List<Address> coordinators) {
    if (!coordinators.equals(nextCoordinators)) {
      nextCoordinators = coordinators;
      nextSetId = Uid.draw(host.random());
    }
    return nextSetId;
  }

  private void onMoved(Owner of, boolean moved) {
    if (of == owner && !moved) {
      isMoving = false;
      of.onOvertaken();
    }
    host.probes().hit(moved ? "controller.coordinators-moved" : "controller.overtaken-in-a-move");
  }

  private void giveUp(Owner of) {
    if (of == owner && isMoving && states.cancelMove()) {
      host.probes().hit("controller.next-coordinators-silent");
      isMoving = false;
      of.goOn();
      host.timers().schedule(AGAIN_NANOS, this::begin);
    }
  }
}
