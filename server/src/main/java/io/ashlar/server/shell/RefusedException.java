package io.ashlar.server.shell;

/** A command that cannot be run as it stands; the message is for whoever typed it. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
