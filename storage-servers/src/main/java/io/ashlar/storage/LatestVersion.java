package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.host.Host;
import io.ashlar.message.LogPeeked;
import java.util.List;

/**
 * Moves the latest version: applies what was pulled from the log, one answer at a time. Where an
 * atomic operation needs a base value, that is read from the engine beside the loop first, and
 * nothing is passed over meanwhile.
 */
final class LatestVersion {
  /** The storage server as this part sees it. */
  interface Owner {
    /** The map; there when this part is asked for anything. */
    VersionedMap map();

    /** Whether it is open and does not close. */
    boolean isServing();

    /** Makes readable what the map has now. */
    void publish();

    /** All that was pulled is applied. */
    void onApplied();

    /** What was pulled is not to be applied any more: other versions can be. */
    void pull();
  }

  private final Host host;
  private final int tag;
  private final Pulled pulled;
  private final VersionBounds bounds;
  private final NewestView newest;
  private final ServedWatches watches;
  private final ShardFetch shardFetch;
  private final Owner owner;

  /**
   * What came with the versions that are being applied. Not believed before: these may begin with
   * the end of an epoch, and what that takes back is still there.
   */
  private long pulledCommitted;

  private boolean isFetching;

  /**
   * @param newest has the engine where base values are read
   * @param watches hear of what changes
   * @param shardFetch takes what is not for the map yet
   */
  LatestVersion(
      Host host,
      int tag,
      Pulled pulled,
      VersionBounds bounds,
      NewestView newest,
      ServedWatches watches,
      ShardFetch shardFetch,
      Owner owner) {
    this.host = host;
    this.tag = tag;
    this.pulled = pulled;
    this.bounds = bounds;
    this.newest = newest;
    this.watches = watches;
    this.shardFetch = shardFetch;
    this.owner = owner;
  }

  /** Applies what a log server gave, through {@code through}; nothing else is to be applied. */
  void apply(LogPeeked peeked, long through) {
    pulled.add(peeked.entries(), through);
    pulledCommitted = peeked.knownCommittedVersion();
    apply();
  }

  private void apply() {
    if (isFetching || !owner.isServing()) {
      return;
    }
    VersionedMap map = owner.map();
    Pulled.Applied applied = pulled.apply(map, watches::changed, shardFetch);
    bounds.committedThrough(pulledCommitted);
    if (applied.rolledBack()) {
      host.probes().hit("storage.rolled-back");
      shardFetch.giveUp();
    }
    owner.publish();
    if (host.trace().isEnabled()) {
      host.trace().event("VersionsApplied", "tag", tag, "latest", map.latest());
    }
    if (!applied.missing().isEmpty()) {
      host.probes().hit("storage.base-values-fetched");
      fetch(applied.missing());
      return;
    }
    owner.onApplied();
  }

  /** Base values as read beside the loop; with a failure instead of the values. */
  private record Fetched(List<Bytes> values, AshlarException failure) {}

  private void fetch(List<Bytes> keys) {
    isFetching = true;
    ReadView view = newest.view();
    view.retain();
    host.readers()
        .submit(
            view,
            held -> {
              try {
                return new Fetched(held.engine().get(keys), null);
              } catch (AshlarException e) {
                return new Fetched(List.of(), e);
              } finally {
                held.release();
              }
            },
            fetched -> onFetched(keys, fetched));
  }

  private void onFetched(List<Bytes> keys, Fetched fetched) {
    isFetching = false;
    if (!owner.isServing()) {
      return;
    }
    if (fetched.failure != null) {
      // A version that cannot be applied cannot be passed over either.
      throw fetched.failure;
    }
    if (pulled.isEmpty()) {
      host.probes().hit("storage.base-values-of-an-older-view");
      owner.pull();
      return;
    }
    pulled.addBaseValues(keys, fetched.values);
    apply();
  }
}
