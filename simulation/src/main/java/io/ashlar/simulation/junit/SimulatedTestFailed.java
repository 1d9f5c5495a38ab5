package io.ashlar.simulation.junit;

import org.opentest4j.AssertionFailedError;

/** What a test threw, with the seed and how to have it again. */
final class SimulatedTestFailed extends AssertionFailedError {
  private static final long serialVersionUID = 1L;

  private SimulatedTestFailed(String message, Throwable cause) {
    super(message, cause);
  }

  private SimulatedTestFailed(String message, AssertionFailedError compared) {
    super(message, compared.getExpected(), compared.getActual(), compared);
  }

  /** Keeps what was expected and what was there, for tools that show the difference. */
  static SimulatedTestFailed of(String message, Throwable thrown) {
    return thrown instanceof AssertionFailedError compared && compared.isExpectedDefined()
        ? new SimulatedTestFailed(message, compared)
        : new SimulatedTestFailed(message, thrown);
  }
}
