package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * The answer to {@link LockLog}.
 *
 * @param end the last version it holds; it never changes again
 * @param knownCommittedVersion the largest it was told
 */
public record LogLocked(Uid logId, long end, long knownCommittedVersion) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LOG_LOCKED;
  }
}
