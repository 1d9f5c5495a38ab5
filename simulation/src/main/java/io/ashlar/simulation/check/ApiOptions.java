package io.ashlar.simulation.check;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.ErrorCode;
import java.util.EnumSet;

/** What the documentation says of a transaction's options: which values they take, and for what. */
abstract class ApiOptions extends ApiState {
  private static final long SIZE_LIMIT_MIN = 32;
  private static final long SIZE_LIMIT_MAX = 10_000_000;

  ApiOptions(DatabaseOptions defaults, boolean mayTimeOut) {
    super(defaults, mayTimeOut);
  }

  public ApiExpectation setTimeout(long millis) {
    if (millis > 0) {
      mayTimeOut = true;
      allow(ErrorCode.TRANSACTION_TIMED_OUT);
      if (state == State.COMMITTING) {
        allow(ErrorCode.MAY_STILL_COMMIT);
      }
    }
    return option(millis >= 0);
  }

  public ApiExpectation setRetryLimit(long limit) {
    retryLimit = limit;
    return option(true);
  }

  public ApiExpectation setMaxRetryDelay(long millis) {
    return option(millis >= 0);
  }

  public ApiExpectation setSizeLimit(long bytes) {
    boolean isLegal = bytes >= SIZE_LIMIT_MIN && bytes <= SIZE_LIMIT_MAX;
    sizeLimit = isLegal ? bytes : sizeLimit;
    return option(isLegal);
  }

  public ApiExpectation setReadYourWritesDisable() {
    EnumSet<ErrorCode> errors = EnumSet.of(ErrorCode.CLIENT_INVALID_OPERATION);
    if (mayTimeOut && (used || state == State.FAILED)) {
      // What was called after the timeout was no use of it, and no retry began it anew.
      return ApiExpectation.perhapsAtOnce(errors);
    }
    if (used) {
      return ApiExpectation.atOnce(errors);
    }
    readsYourWrites = false;
    return option(true);
  }

  public ApiExpectation setBypassUnreadable() {
    bypassesUnreadable = true;
    return option(true);
  }

  /** Nests with {@link #setSnapshotRywEnable}. */
  public ApiExpectation setSnapshotRywDisable() {
    snapshotReadYourWrites--;
    return option(true);
  }

  public ApiExpectation setSnapshotRywEnable() {
    snapshotReadYourWrites++;
    if (stamped) {
      allowUnreadableInRanges();
    }
    return option(true);
  }

  public ApiExpectation setNextWriteNoWriteConflictRange() {
    nextWithoutConflict = true;
    return option(true);
  }

  public ApiExpectation setReadSystemKeys() {
    readSystemKeys = true;
    return option(true);
  }

  public ApiExpectation setAccessSystemKeys() {
    readSystemKeys = true;
    writeSystemKeys = true;
    return option(true);
  }

  public ApiExpectation setIdempotent() {
    idempotent = true;
    return option(true);
  }

  /** An option that any value will do for, or not. */
  public ApiExpectation option(boolean isLegal) {
    return ApiExpectation.atOnce(
        isLegal ? EnumSet.noneOf(ErrorCode.class) : EnumSet.of(ErrorCode.INVALID_OPTION_VALUE));
  }
}
