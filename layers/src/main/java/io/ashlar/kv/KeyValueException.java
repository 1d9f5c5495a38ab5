package io.ashlar.kv;

/** What is at a key is not what the call needs. Nothing was changed. */
public final class KeyValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The value of a counter has eight bytes; this one has not. */
    NOT_A_COUNTER,
    /** The counter would leave the range of a long. */
    COUNTER_OVERFLOW,
    /** The row is not one that this store writes: another layer uses the subspace. */
    UNKNOWN_ROW,
    /** There is more than can be gone through at one version. */
    TOO_MANY,
    /** The continuation is not one of this scan. */
    FOREIGN_CONTINUATION
  }

  private final Reason reason;

  KeyValueException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
