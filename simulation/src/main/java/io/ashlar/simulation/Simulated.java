package io.ashlar.simulation;

import java.time.Duration;
import java.util.List;

/**
 * A simulated cluster, for the code that is tested on it. It is itself a client, the first one,
 * which faults neither kill nor pause, though its messages are late and its connections break as
 * all others do.
 *
 * <p>Everything here is for code that runs in the simulation: the test's methods, programs that it
 * spawned, what depends on futures of their databases. None of it is for other threads.
 */
public interface Simulated extends SimulatedClient {
  /** Everything in the run comes from it. */
  long seed();

  /** Virtual time since the run began: the true one, which no clock in it shows. */
  Duration now();

  /** The clients that faults neither kill nor pause; this is the first of them. */
  List<SimulatedClient> clients();

  /**
   * Starts a program in a new process, which faults may kill, pause and cut off.
   *
   * @param name unique in the run
   * @throws IllegalArgumentException when there was one of that name
   */
  <T> SimulatedProgram<T> spawn(String name, ClientProgram<T> program);

  /** The faults of the run: whether they go on, and how to end them. */
  SimulatedFaults faults();

  /**
   * Repeats {@code check} until it throws neither an {@link AssertionError} nor an {@link
   * io.ashlar.core.AshlarException}: as long as faults go on, and after that as long as everything
   * may take that was held up by them.
   *
   * @param what must come true, for the error if it does not
   */
  void eventually(String what, Runnable check);
}
