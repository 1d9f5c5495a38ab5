package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A storage server as seen by the controller and by tests.
 *
 * @param latestVersion applied
 * @param storedVersion in the engine
 * @param durableVersion in the engine and flushed: popped from the log
 * @param bytesInMemory of the versioned map
 */
public record StorageState(
    Uid storageId,
    int tag,
    long latestVersion,
    long storedVersion,
    long durableVersion,
    long knownCommittedVersion,
    long bytesInMemory)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.STORAGE_STATE;
  }
}
