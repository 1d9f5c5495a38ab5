package io.ashlar.core;

/** Bytes that are not what their place demands. Who decodes bytes from outside catches this. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedException(String message) {
    super(message);
  }
}
