package io.ashlar.core;

/** A broken invariant of the program. Nobody catches it but the loop, which stops its worker. */
public final class CheckFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CheckFailedException(String message) {
    super(message);
  }
}
