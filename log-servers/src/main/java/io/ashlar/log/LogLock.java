package io.ashlar.log;

import io.ashlar.core.Check;

/**
 * Whether the log server may still take pushes and confirm its epoch. Once a lock is asked for it
 * never may again; the lock counts as given when it is on disk. Pure.
 */
final class LogLock {
  private enum State {
    UNLOCKED,
    LOCKING,
    WRITING,
    LOCKED
  }

  private State state = State.UNLOCKED;
  private long epoch;
  private LogFiles.LockFile written;

  /** Nothing is taken or confirmed any more. */
  boolean isClosed() {
    return state != State.UNLOCKED;
  }

  /** The end is final and on disk. */
  boolean isLocked() {
    return state == State.LOCKED;
  }

  /** Begins to lock, unless that has begun; returns whether this call did. */
  boolean close(long byEpoch) {
    if (state != State.UNLOCKED) {
      return false;
    }
    state = State.LOCKING;
    epoch = byEpoch;
    return true;
  }

  /**
   * What to write now, when everything received is durable; null when there is nothing to write
   * (any more, or yet).
   */
  LogFiles.LockFile toWrite(long end, long durable, long knownCommitted) {
    if (state != State.LOCKING || durable < end) {
      return null;
    }
    Check.that(durable == end, "durable beyond the end: ", durable, " > ", end);
    state = State.WRITING;
    written = new LogFiles.LockFile(epoch, end, knownCommitted);
    return written;
  }

  /** What {@link #toWrite} returned, or what was found, is on disk. */
  void onWritten(LogFiles.LockFile file) {
    Check.that(state != State.LOCKED, "locked twice");
    written = file;
    state = State.LOCKED;
  }

  /** The lock as it is on disk. */
  LogFiles.LockFile file() {
    Check.that(state == State.LOCKED, "not locked");
    return written;
  }
}
