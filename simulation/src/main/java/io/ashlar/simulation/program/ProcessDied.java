package io.ashlar.simulation.program;

/**
 * Thrown out of whatever a program waits for when its simulated process has died: what a real
 * process would not live to see. It runs {@code finally} blocks and ends the thread; nobody should
 * catch it.
 */
public final class ProcessDied extends Error {
  private static final long serialVersionUID = 1L;

  ProcessDied(String process) {
    super("the simulated process " + process + " has died", null, false, false);
  }
}
