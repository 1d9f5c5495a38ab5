package io.ashlar.simulation.faults;

/**
 * One kind of fault with what was drawn for it. A run happens to have some kinds, each again and
 * again after times of its own.
 */
public interface Fault {
  /** The mean virtual time between two of it, over the whole cluster; more than 0. */
  long meanNanos();

  /** Does it once. What it does it tells by {@link FaultScene#happened}. */
  void happen(FaultScene scene);

  /** What it does beside that, from the beginning to the end; called once, before all else. */
  default void begin(FaultScene scene) {}

  /**
   * For how long one of it keeps clients from committing, roughly: a plan with many kinds makes
   * each rarer, so that there is time left in which something is committed.
   */
  default long harmNanos() {
    return 0;
  }

  /**
   * How long at most things go on to be held up when faults have ended: a part of the time in which
   * the database must be available again.
   */
  default long lingersNanos() {
    return 0;
  }
}
