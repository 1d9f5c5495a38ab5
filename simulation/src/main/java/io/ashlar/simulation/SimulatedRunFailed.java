package io.ashlar.simulation;

/**
 * A run of users' code has failed for something that this code did not throw itself: the store
 * crashed, something did not end, a thread blocked. The message says what.
 */
public final class SimulatedRunFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause or null
   */
  SimulatedRunFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
