package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;

/**
 * A piece of work that goes from the front half to the role and back: posted by a caller's thread,
 * started on the loop, finished on the callers' executor. Whoever holds it owns its fields; the
 * hand-overs make them visible.
 */
abstract class Operation {
  /** What it belongs to, which may be given up as a whole. */
  final Session session;

  /** Next in the {@link Mailbox}. */
  Operation nextPosted;

  /** Neighbours among the session's active operations; the loop's. */
  Operation previousActive;

  Operation nextActive;

  private boolean ended;
  private AshlarException error;

  Operation(Session session) {
    this.session = session;
  }

  /** On the loop: begins, and sooner or later calls {@link ClientRole#end} or fail. */
  abstract void start(ClientRole role);

  /** On the executor, or the loop when its session is the loop's: hands on the outcome. */
  abstract void finish();

  /**
   * Of which key a replica is asked, when its session reads what that knows and nothing is read.
   */
  Bytes wherever() {
    return Keys.FIRST;
  }

  /** On the loop: the error to end with when the session is given up for {@code why}. */
  AshlarException errorOnGivingUp(AshlarException why) {
    return why;
  }

  /** On the loop: whether it waits for nothing any more, so that late answers are dropped. */
  final boolean isEnded() {
    return ended;
  }

  /** On the loop, once. */
  final void markEnded(AshlarException why) {
    ended = true;
    error = why;
  }

  /** In {@link #finish}: why it failed, or null. */
  final AshlarException error() {
    return error;
  }

  /** In place of a round through the loop, when there is none any more. */
  final void failUnposted(AshlarException why) {
    error = why;
    finish();
  }
}
