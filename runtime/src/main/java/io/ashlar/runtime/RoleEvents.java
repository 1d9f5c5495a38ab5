package io.ashlar.runtime;

/** Completions of one role's disk and readers: later events of the loop, none after its stop. */
final class RoleEvents {
  private final RingLoop loop;
  private final RoleSlot slot;

  RoleEvents(RingLoop loop, RoleSlot slot) {
    this.loop = loop;
    this.slot = slot;
  }

  /** On the loop: runs the completion later in the turn. */
  void later(Runnable completion) {
    loop.enqueue(() -> slot.run(completion));
  }

  /** Already a later event of the loop: runs the completion now. */
  void run(Runnable completion) {
    slot.run(completion);
  }
}
