package io.ashlar.simulation.check;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.EnumSet;

/**
 * What one call of the client's interface must come to: well, to one of some errors, or to a {@link
 * NullPointerException}; at once, or in the future that it gives. What happens while the future is
 * open can add errors.
 */
public final class ApiExpectation {
  private final boolean isNullPointer;
  private final boolean isByFuture;
  private final boolean mayEndWell;
  private final EnumSet<ErrorCode> errors;
  private boolean ended;
  private Runnable onTimeout = () -> {};

  private ApiExpectation(
      boolean isNullPointer, boolean isByFuture, boolean mayEndWell, EnumSet<ErrorCode> errors) {
    this.isNullPointer = isNullPointer;
    this.isByFuture = isByFuture;
    this.mayEndWell = mayEndWell;
    this.errors = errors;
  }

  /** Thrown at once by any call. */
  static ApiExpectation nullPointer() {
    return new ApiExpectation(true, false, false, EnumSet.noneOf(ErrorCode.class));
  }

  /** The call itself throws one of these, or if there is none returns. */
  static ApiExpectation atOnce(EnumSet<ErrorCode> errors) {
    return new ApiExpectation(false, false, errors.isEmpty(), EnumSet.copyOf(errors));
  }

  /** The call may return, or throw one of these. */
  static ApiExpectation perhapsAtOnce(EnumSet<ErrorCode> errors) {
    return new ApiExpectation(false, false, true, EnumSet.copyOf(errors));
  }

  /** The future fails with one of these, at least one. */
  static ApiExpectation failure(EnumSet<ErrorCode> errors) {
    return new ApiExpectation(false, true, false, EnumSet.copyOf(errors));
  }

  /** The future ends well, or with one of these. */
  static ApiExpectation result(EnumSet<ErrorCode> errors) {
    return new ApiExpectation(false, true, true, EnumSet.copyOf(errors));
  }

  /** The same; hears when the call was refused since the transaction's timeout has passed. */
  ApiExpectation orTimedOut(Runnable hears) {
    onTimeout = hears;
    return this;
  }

  /** Something has happened that an open future may fail for. */
  void allow(ErrorCode error) {
    errors.add(error);
  }

  boolean isOpen() {
    return isByFuture && !ended;
  }

  /** Whether the call may come to an end without an error. */
  public boolean mayEndWell() {
    return mayEndWell;
  }

  /** The call has returned: what is wrong with that, or null. */
  public String returned() {
    return isByFuture || mayEndWell ? null : "returned where " + this + " was due";
  }

  /** The call has thrown: what is wrong with that, or null. */
  public String threw(Throwable thrown) {
    ended = true;
    if (isNullPointer) {
      return thrown instanceof NullPointerException ? null : "threw " + thrown + " for a null";
    }
    if (isByFuture) {
      return "threw " + thrown + " where a future was due";
    }
    if (!isDue(thrown)) {
      return "threw " + thrown + " where " + this + " was due";
    }
    if (((AshlarException) thrown).code() == ErrorCode.TRANSACTION_TIMED_OUT) {
      onTimeout.run();
    }
    return null;
  }

  /**
   * The future has ended: what is wrong with that, or null.
   *
   * @param thrown null when it ended well
   */
  public String ended(Throwable thrown) {
    ended = true;
    boolean isRight = thrown == null ? mayEndWell : isDue(thrown);
    return isRight
        ? null
        : (thrown == null ? "ended well" : "failed with " + thrown) + " where " + this + " was due";
  }

  private boolean isDue(Throwable thrown) {
    return thrown instanceof AshlarException error && errors.contains(error.code());
  }

  @Override
  public String toString() {
    if (isNullPointer) {
      return "a NullPointerException";
    }
    return errors.isEmpty() ? "no error" : (mayEndWell ? "no error or one of " : "") + errors;
  }
}
