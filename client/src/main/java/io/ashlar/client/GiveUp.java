package io.ashlar.client;

import io.ashlar.core.AshlarException;

/** Ends a try of a transaction: what is under way on the loop, and what waited for its commit. */
final class GiveUp extends Operation {
  private final Attempt attempt;
  private final AshlarException why;

  GiveUp(Session detached, Attempt attempt, AshlarException why) {
    super(detached);
    this.attempt = attempt;
    this.why = why;
  }

  @Override
  void start(ClientRole role) {
    role.failSession(attempt.session, why);
    role.end(this);
  }

  @Override
  void finish() {
    if (attempt.phase() == Attempt.Phase.FAILED) {
      attempt.failUncommitted(why);
    }
  }
}
