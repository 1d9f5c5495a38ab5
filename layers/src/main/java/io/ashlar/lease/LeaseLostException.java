package io.ashlar.lease;

/** Somebody acts on a lease that is over. */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LeaseLostException(Lease lease) {
    super("the lease is over: " + lease);
  }
}
