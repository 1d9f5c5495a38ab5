package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;

/** The timeout of a transaction through all its tries: ends when it expires or is disarmed. */
final class TransactionTimeout extends Operation {
  private final Session.Lifetime lifetime;
  private final long nanos;
  private final TransactionTries tries;
  private boolean expired;

  TransactionTimeout(
      Session detached, Session.Lifetime lifetime, long nanos, TransactionTries tries) {
    super(detached);
    this.lifetime = lifetime;
    this.nanos = nanos;
    this.tries = tries;
  }

  static AshlarException timedOut() {
    return new AshlarException(ErrorCode.TRANSACTION_TIMED_OUT);
  }

  @Override
  void start(ClientRole role) {
    lifetime.disarm(role);
    lifetime.arm(this, role.host().timers().schedule(nanos, () -> expire(role)));
  }

  private void expire(ClientRole role) {
    expired = true;
    lifetime.expire();
    // First this, so that the transaction knows before the futures it fails are seen.
    role.end(this);
    Session current = lifetime.current();
    if (current != null) {
      role.failSession(current, timedOut());
    }
  }

  @Override
  void finish() {
    if (expired) {
      tries.onTimedOut();
    }
  }
}
