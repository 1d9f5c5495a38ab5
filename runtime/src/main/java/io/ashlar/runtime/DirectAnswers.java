package io.ashlar.runtime;

import io.ashlar.message.Message;

/**
 * Answers requests from other processes on the thread that received them, without the loop: reads
 * from an immutable view that a role has published. Called from any thread, by several at once.
 *
 * <p>The answer may overtake what the role sends through the loop; requests have no order among
 * their replies anyway.
 */
public interface DirectAnswers {
  /** Leaves everything to the loop. */
  DirectAnswers NONE = (endpoint, request) -> null;

  /**
   * The reply, or null when the role has to see the request itself. Throws nothing. What it takes,
   * the other sockets of the thread wait: no longer than a small read of a storage engine.
   */
  Message answer(long endpoint, Message request);
}
