package io.ashlar.client;

import io.ashlar.message.Message;

/**
 * Answers reads beside the loop, from what the storage servers of this process have published.
 * Called from any thread, by several at once.
 *
 * <p>Not for programs: how {@code embedded} and the simulator put a client together. Use {@code
 * io.ashlar.Ashlar}.
 */
public interface DirectReads {
  /** Leaves everything to the loop. */
  DirectReads NONE = request -> null;

  /**
   * The reply, or null when the request has to go to the storage server. Throws nothing. May take
   * as long as a read of the storage engine does.
   */
  Message answer(Message request);
}
