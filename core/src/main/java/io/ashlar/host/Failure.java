package io.ashlar.host;

import io.ashlar.core.ErrorCode;

/**
 * Why a request has no reply.
 *
 * @param kind whether the peer may have acted
 * @param code the refusal's code; for the other kinds {@link ErrorCode#TIMED_OUT} or {@link
 *     ErrorCode#CONNECTION_FAILED}
 * @param detail for people; may be empty
 */
public record Failure(Kind kind, ErrorCode code, String detail) {
  /** How a request failed. */
  public enum Kind {
    /** No reply in time: the peer may have acted, or act later. */
    TIMED_OUT,
    /** The connection is gone or could not be made: the peer may have acted, or act later. */
    DISCONNECTED,
    /**
     * The peer said no. With {@link ErrorCode#BROKEN_PROMISE} the role is not (any more) at that
     * endpoint, and may have acted before it went.
     */
    REFUSED
  }

  public static Failure timedOut() {
    return new Failure(Kind.TIMED_OUT, ErrorCode.TIMED_OUT, "");
  }

  public static Failure disconnected(String detail) {
    return new Failure(Kind.DISCONNECTED, ErrorCode.CONNECTION_FAILED, detail);
  }

  public static Failure refused(ErrorCode code, String detail) {
    return new Failure(Kind.REFUSED, code, detail);
  }

  public boolean isRefusal(ErrorCode refusal) {
    return kind == Kind.REFUSED && code == refusal;
  }

  /** Whether the peer is certainly without effect: it refused, and is still there to say so. */
  public boolean isDefinite() {
    return kind == Kind.REFUSED && code != ErrorCode.BROKEN_PROMISE;
  }
}
