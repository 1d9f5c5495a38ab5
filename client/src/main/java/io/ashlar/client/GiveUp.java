package io.ashlar.client;

import io.ashlar.core.AshlarException;

/** Ends a try of a transaction: what is under way on the loop, and what waited for its commit. */
final class GiveUp extends Operation {
  private final Attempt attempt;
  private final AshlarException why;
  private final boolean failsFutures;

  /**
   * @param failsFutures whether no commit is under way that would do it
   */
  GiveUp(Session detached, Attempt attempt, AshlarException why, boolean failsFutures) {
    super(detached);
    this.attempt = attempt;
    this.why = why;
    this.failsFutures = failsFutures;
  }

  @Override
  void start(ClientRole role) {
    role.failSession(attempt.session, why);
    role.end(this);
  }

  @Override
  void finish() {
    if (failsFutures) {
      attempt.failUncommitted(why);
    }
  }
}
