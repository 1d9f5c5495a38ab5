package io.ashlar.runtime;

import io.ashlar.core.Check;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import java.util.List;

/**
 * The place of one role on the loop, from the making of its host to its stop: whatever happens for
 * the role (a message, a timer, a completion) goes through here, and nothing does after its stop.
 * Of the loop's thread alone.
 */
final class RoleSlot {
  private enum State {
    MADE,
    RUNNING,
    STOPPED
  }

  final String name;
  final long endpoint;
  private final List<RoleSlot> touchedSlots;
  private State state = State.MADE;
  private Role role;
  private boolean touched;

  /**
   * @param touchedSlots where slots that were touched are collected until the end of the batch
   */
  RoleSlot(String name, long endpoint, List<RoleSlot> touchedSlots) {
    this.name = name;
    this.endpoint = endpoint;
    this.touchedSlots = touchedSlots;
  }

  boolean isStopped() {
    return state == State.STOPPED;
  }

  /** The role's batch is to be ended. */
  void touch() {
    if (!touched && state == State.RUNNING) {
      touched = true;
      touchedSlots.add(this);
    }
  }

  void start(Role started) {
    Check.that(state == State.MADE, "the role was started before: ", name);
    role = started;
    state = State.RUNNING;
    touch();
    role.start();
  }

  void stop() {
    Check.that(state == State.RUNNING, "the role is not running: ", name);
    state = State.STOPPED;
    role.stop();
  }

  void onMessage(Inbound inbound) {
    touch();
    role.onMessage(inbound);
  }

  /** Runs a completion of the role, unless it has stopped. */
  void run(Runnable completion) {
    if (state != State.STOPPED) {
      touch();
      completion.run();
    }
  }

  void endBatch() {
    touched = false;
    if (state == State.RUNNING) {
      role.onBatchEnd();
    }
  }
}
