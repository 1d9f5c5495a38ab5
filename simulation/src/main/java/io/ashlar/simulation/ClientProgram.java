package io.ashlar.simulation;

/**
 * What a simulated client does: ordinary code, which may wait for the database.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface ClientProgram<T> {
  /**
   * Runs in a process of its own. When that dies, this ends in the middle of a wait, with an error
   * that nobody should catch, and begins anew when the process has booted again: until it returns,
   * or throws, which fails the run.
   */
  T run(SimulatedClient client) throws Exception;
}
