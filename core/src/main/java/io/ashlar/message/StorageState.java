package io.ashlar.message;

import io.ashlar.core.KeyRange;
import io.ashlar.core.Uid;
import java.util.List;

/**
 * A storage server as seen by the controller and by tests.
 *
 * @param latestVersion applied
 * @param storedVersion in the engine
 * @param durableVersion in the engine and flushed: popped from the log
 * @param bytesInMemory of the versioned map
 * @param safeRanges what it can serve and, whatever dies, will be able to serve: its own, and what
 *     it has fetched and made durable; in key order
 */
public record StorageState(
    Uid storageId,
    int tag,
    long latestVersion,
    long storedVersion,
    long durableVersion,
    long knownCommittedVersion,
    long bytesInMemory,
    List<KeyRange> safeRanges)
    implements Message {
  public StorageState {
    safeRanges = List.copyOf(safeRanges);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.STORAGE_STATE;
  }
}
