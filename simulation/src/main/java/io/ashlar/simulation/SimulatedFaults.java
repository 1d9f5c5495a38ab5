package io.ashlar.simulation;

/** The faults of a run, for the code that is tested under them. */
public interface SimulatedFaults {
  /** Whether faults may still happen: until their time is over, or until one of these is called. */
  boolean goOn();

  /** No more faults happen; what is down boots again. Returns at once. */
  void stop();

  /** {@link #stop}, and waits until the database answers. */
  void heal();
}
