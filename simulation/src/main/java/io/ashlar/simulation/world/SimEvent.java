package io.ashlar.simulation.world;

/** Something that happens at a virtual time; the sequence number decides among equal times. */
final class SimEvent {
  final long timeNanos;
  final long sequence;

  /** Whose loop runs it; null when it belongs to the world itself. */
  final SimProcess process;

  /** The role whose event it is: dropped when that role has stopped. Null for none. */
  final RolePorts owner;

  final Runnable action;
  private final EventQueue queue;
  private boolean cancelled;

  SimEvent(
      EventQueue queue,
      long timeNanos,
      long sequence,
      SimProcess process,
      RolePorts owner,
      Runnable action) {
    this.queue = queue;
    this.timeNanos = timeNanos;
    this.sequence = sequence;
    this.process = process;
    this.owner = owner;
    this.action = action;
  }

  void cancel() {
    if (!cancelled) {
      cancelled = true;
      queue.noteCancelled();
    }
  }

  /** Whether it is to be dropped: cancelled, or its process or role is gone. */
  boolean isVoid() {
    return cancelled
        || (process != null && !process.isAlive())
        || (owner != null && owner.isStopped());
  }
}
