package io.ashlar.layer;

import io.ashlar.client.Transaction;
import io.ashlar.core.Limits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** For what must be committed before an instant of store time, or not at all. */
public final class Deadline {
  private static final long VERSIONS_PER_MILLI = Limits.VERSIONS_PER_SECOND / 1_000;

  /** A commit is never later than a few seconds behind its reads; nor do versions overflow so. */
  private static final long FAR_MILLIS = Duration.ofDays(1).toMillis();

  private Deadline() {}

  /**
   * Bounds the commit to versions whose store time is before {@code millis}.
   *
   * @param now the store time of the transaction, as {@link Transaction#getStoreTime} tells
   * @param millis later than that, in milliseconds since 1970
   */
  public static CompletableFuture<Void> before(Transaction transaction, long now, long millis) {
    long left = millis - now - 1;
    if (left > FAR_MILLIS) {
      return CompletableFuture.completedFuture(null);
    }
    return transaction
        .getReadVersion()
        .thenAccept(version -> transaction.boundCommitVersion(version + left * VERSIONS_PER_MILLI));
  }
}
