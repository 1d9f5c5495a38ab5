package io.ashlar.simulation;

/**
 * A program that was started in a client of its own.
 *
 * @param <T> what comes of it
 */
public interface SimulatedProgram<T> {
  /** The name that it was spawned with. */
  String name();

  /** Whether it has returned. */
  boolean isDone();

  /**
   * Waits until it has returned, however often its process dies meanwhile. When the program throws,
   * the run fails with that error, and this never returns. Only for code in the simulation.
   */
  T join();

  /**
   * Kills its process, as a fault would; the program begins anew when that has booted again. Does
   * nothing while it is down, or when the program has returned.
   */
  void kill();
}
