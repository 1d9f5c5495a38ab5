package io.ashlar.proxy;

import io.ashlar.core.ErrorCode;

/** A transaction that must not enter a batch: the reason, for its client. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  RefusedException(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  ErrorCode code() {
    return code;
  }
}
