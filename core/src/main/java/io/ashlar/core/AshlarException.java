package io.ashlar.core;

/** An error that a user of the store meets: its stable code, and a message that says what to do. */
public class AshlarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String detail;

  public AshlarException(ErrorCode code) {
    this(code, code.meaning(), null);
  }

  public AshlarException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public AshlarException(ErrorCode code, String message, Throwable cause) {
    super(code.label() + " (" + code.number() + "): " + message, cause);
    this.code = code;
    this.detail = message;
  }

  /** The message without the code's name and number. */
  public String detail() {
    return detail;
  }

  public ErrorCode code() {
    return code;
  }

  /** The stable number of {@link #code()}. */
  public int number() {
    return code.number();
  }

  public boolean isRetryable() {
    return code.isRetryable();
  }

  public boolean isMaybeCommitted() {
    return code.isMaybeCommitted();
  }

  public boolean isRetryableNotCommitted() {
    return code.isRetryableNotCommitted();
  }
}
