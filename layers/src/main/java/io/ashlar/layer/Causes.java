package io.ashlar.layer;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.concurrent.CompletionException;

/** What is behind an error that came out of a future. */
public final class Causes {
  private Causes() {}

  /** The error itself, without what futures have put around it. */
  public static Throwable of(Throwable error) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Whether the same call may succeed later: a database that is closed stays so. */
  public static boolean mayGoAway(Throwable error) {
    return of(error) instanceof AshlarException known
        && (known.code().isRetryable()
            || known.code() == ErrorCode.TRANSACTION_TIMED_OUT
            || known.code() == ErrorCode.MAY_STILL_COMMIT);
  }
}
