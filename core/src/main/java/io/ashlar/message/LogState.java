package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A log server as seen by the controller.
 *
 * @param epoch of its generation
 * @param version the last received in chain order
 * @param firstUnpopped {@link Long#MAX_VALUE} when every mutation it holds is popped by its reader;
 *     else a version above what some reader has popped and at or below the first mutation it has
 *     not
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
