package io.ashlar.lease;

/**
 * Somebody acts on a lease that is over. Not retried by {@link io.ashlar.client.Database#run},
 * which throws it; nothing of the transaction was applied.
 */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LeaseLostException(Lease lease) {
    super("the lease is over: " + lease);
  }
}
