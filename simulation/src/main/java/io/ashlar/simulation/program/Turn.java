package io.ashlar.simulation.program;

import java.util.concurrent.locks.LockSupport;

/**
 * Whose turn it is: of several threads only the holder runs, until it passes the turn on. What the
 * giver did before is seen by the receiver.
 */
final class Turn {
  private volatile Thread holder;

  /** Takes the turn, whoever has it: only when that one is known not to run, or given up. */
  void take() {
    holder = Thread.currentThread();
  }

  boolean isMine() {
    return holder == Thread.currentThread();
  }

  /** Gives the turn to another thread; false when it was taken from the caller before. */
  boolean pass(Thread to) {
    if (!isMine()) {
      return false;
    }
    holder = to;
    LockSupport.unpark(to);
    return true;
  }

  /** Waits for the turn. An interrupt does not end the wait, and is kept. */
  void await() {
    boolean interrupted = false;
    while (!isMine()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for the turn for so long at most, or until an interrupt; true when it is the caller's.
   */
  boolean await(long nanos) {
    if (!isMine()) {
      LockSupport.parkNanos(this, nanos);
    }
    return isMine();
  }
}
