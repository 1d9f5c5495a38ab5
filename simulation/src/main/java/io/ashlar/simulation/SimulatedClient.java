package io.ashlar.simulation;

import io.ashlar.client.Database;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A client of a simulated cluster: a process of its own on a machine of its own, connected to the
 * database. For the code that runs in it.
 */
public interface SimulatedClient {
  /** The name of the client, unique in the run. */
  String name();

  /** This client's connection, with the default options of a database. */
  Database database();

  /** Draws that come from the seed of the run. */
  RandomGenerator random();

  /** Waits, by the clock of this client's machine. */
  void sleep(Duration duration);

  /**
   * Whether the time in which faults go on is not over yet: work as long as this holds, and then
   * look at what is there.
   */
  boolean isBusy();

  /** How many times the program of this client has begun, this time included; at least 1. */
  int starts();

  /** Writes a line to the trace of the run, which a failure shows. */
  void note(String text);
}
