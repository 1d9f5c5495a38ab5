package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A log server as seen by the controller.
 *
 * @param epoch of its generation
 * @param version the last received in chain order
 * @param firstUnpopped the lowest version that has a mutation some reader has not popped, or {@link
 *     Long#MAX_VALUE}
 */
public record LogState(
    Uid logId,
    long epoch,
    long version,
    long durableVersion,
    long knownCommittedVersion,
    boolean locked,
    long firstUnpopped,
    long bytesInMemory,
    long bytesOnDisk)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LOG_STATE;
  }
}
