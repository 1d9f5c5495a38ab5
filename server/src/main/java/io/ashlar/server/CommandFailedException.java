package io.ashlar.server;

/** A command that cannot go on, with a message for the user that needs nothing added. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public CommandFailedException(String message) {
    this(message, ExitCodes.FAILED);
  }

  public CommandFailedException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  public CommandFailedException(String message, int exitCode, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** How the program ends with it. */
  public int exitCode() {
    return exitCode;
  }
}
