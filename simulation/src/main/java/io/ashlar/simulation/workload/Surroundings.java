package io.ashlar.simulation.workload;

import java.util.concurrent.Executor;

/**
 * Where a client of a workload lives: a simulated process, or a thread of a real program. Workloads
 * see no more of it, so that the same code runs against a simulated cluster and a real one.
 *
 * <p>Everything of all clients of a workload happens one after the other: workloads have no locks,
 * and the order in which a history says that things happened is that in which they did.
 */
public interface Surroundings {
  /** Whether its client still goes on; what a dead one waited for never comes. */
  boolean isAlive();

  /** Monotonic nanoseconds from an arbitrary origin, the same for all clients of a run. */
  long nowNanos();

  /** Where the client's code runs, and the callbacks of its database. */
  Executor executor();

  /** Runs {@code task} on {@link #executor} after a while, never at once. */
  void after(long nanos, Runnable task);

  /**
   * How often a fault point has fired or a marked path was reached, in the whole run, as far as
   * that can be known here.
   */
  long timesReached(String mark);
}
