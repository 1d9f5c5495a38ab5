package io.ashlar.message;

import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import java.util.List;

/**
 * Who does what, published by the controller once an epoch has begun. Ordered by (epoch, sequence).
 *
 * @param sequence grows within the epoch, when an address or the generations change
 * @param generations oldest first; the last one is the epoch's own
 * @param storages all storage servers, by tag; those whose worker is away have {@link Address#NONE}
 * @param storeTime of the epoch
 * @param windowVersions reads and commits reach back this far
 */
public record ClusterView(
    Uid databaseId,
    long epoch,
    long sequence,
    List<Address> readVersionProxies,
    List<Address> commitProxies,
    List<LogSet> generations,
    List<StorageAddress> storages,
    StoreTime storeTime,
    long windowVersions)
    implements Message {
  public ClusterView {
    readVersionProxies = List.copyOf(readVersionProxies);
    commitProxies = List.copyOf(commitProxies);
    generations = List.copyOf(generations);
    storages = List.copyOf(storages);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.CLUSTER_VIEW;
  }

  /** Whether this view is newer than the one with the given epoch and sequence. */
  public boolean isNewerThan(long otherEpoch, long otherSequence) {
    return epoch > otherEpoch || (epoch == otherEpoch && sequence > otherSequence);
  }
}
