package io.ashlar.simulation.faults;

/**
 * One kind of fault with what was drawn for it. A run happens to have some kinds, each again and
 * again after times of its own.
 */
public interface Fault {
  /** The mean virtual time between two of it, over the whole cluster; more than 0. */
  long meanNanos();

  /** Does it once. */
  void happen(FaultScene scene);

  /**
   * How long at most things go on to be held up when faults have ended: a part of the time in which
   * the database must be available again.
   */
  default long lingersNanos() {
    return 0;
  }
}
