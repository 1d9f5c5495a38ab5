package io.ashlar.simulation.program;

/**
 * A program's thread did not give its turn back: it waits for something that is not of the
 * database, or computes for too long. The message says where, and what to do.
 */
public final class ThreadBlocked extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ThreadBlocked(String message) {
    super(message, null, false, false);
  }
}
