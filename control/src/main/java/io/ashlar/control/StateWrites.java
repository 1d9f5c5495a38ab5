package io.ashlar.control;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.host.Host;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Writes of the coordinated state while an epoch lasts: one after the other, each of what the one
 * before has made of it.
 */
final class StateWrites {
  /** Whose epoch it is. */
  interface Owner {
    /** The state is this now, durably. */
    void onWritten(CoordinatedState state);

    /** Another owns the state: nothing can be written with this epoch's generation any more. */
    void onOvertaken();
  }

  private record Change(UnaryOperator<CoordinatedState> change, Runnable onDurable) {}

  /** When a point of failure has coordinators answer late, they do so within this time. */
  private static final long LATE_MAX_NANOS = 3_000_000_000L;

  private final Host host;
  private final CoordinatedStates states;
  private final Consumer<Runnable> whileLeading;
  private final RegisterGeneration generation;
  private final Owner owner;
  private final ArrayDeque<Change> waiting = new ArrayDeque<>();
  private CoordinatedState state;
  private boolean isWriting;
  private boolean isHeld;
  private boolean stopped;

  /**
   * @param whileLeading runs what it is given once its controller leads, at once if it does
   */
  StateWrites(
      Host host,
      CoordinatedStates states,
      Consumer<Runnable> whileLeading,
      RegisterGeneration generation,
      CoordinatedState state,
      Owner owner) {
    this.host = host;
    this.states = states;
    this.whileLeading = whileLeading;
    this.generation = generation;
    this.state = state;
    this.owner = owner;
  }

  void stop() {
    stopped = true;
  }

  /** Whether a write is under way. */
  boolean isWriting() {
    return isWriting;
  }

  /** From now on nothing is written, until {@link #goOn}. */
  void hold() {
    isHeld = true;
  }

  void goOn() {
    isHeld = false;
    writeNext();
  }

  /**
   * Changes the state, after what was asked for before.
   *
   * @param change of the state as it is by then
   * @param onDurable runs once it is, after {@link Owner#onWritten}
   */
  void change(UnaryOperator<CoordinatedState> change, Runnable onDurable) {
    waiting.add(new Change(change, onDurable));
    writeNext();
  }

  private void writeNext() {
    if (mayWrite()) {
      whileLeading.accept(this::write);
    }
  }

  private boolean mayWrite() {
    return !stopped && !isWriting && !isHeld && !waiting.isEmpty();
  }

  private void write() {
    if (!mayWrite()) {
      return;
    }
    isWriting = true;
    Change change = waiting.poll();
    CoordinatedState next = change.change.apply(state);
    states.write(
        generation,
        next,
        accepted -> {
          if (host.faults().at("controller.state-written-late")) {
            // As if the coordinators were slow: meanwhile the epoch may be over.
            host.timers()
                .schedule(
                    host.random().nextLong(LATE_MAX_NANOS),
                    () -> onWritten(change, next, accepted));
          } else {
            onWritten(change, next, accepted);
          }
        });
  }

  private void onWritten(Change change, CoordinatedState next, boolean accepted) {
    if (stopped) {
      host.probes().hit("controller.written-when-the-epoch-was-over");
      return;
    }
    if (!accepted) {
      owner.onOvertaken();
      return;
    }
    isWriting = false;
    state = next;
    owner.onWritten(next);
    change.onDurable.run();
    writeNext();
  }
}
