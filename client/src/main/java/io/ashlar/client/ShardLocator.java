package io.ashlar.client;

import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.ShardLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Finds out where shards are: remembers what commit proxies have said until it turns out to be
 * wrong, and asks for what it does not know, one request at a time.
 */
final class ShardLocator {
  /** Shards one request for locations brings at most. */
  private static final int LOCATIONS_PER_REQUEST_MAX = 128;

  private final ClientRole role;
  private final Host host;
  private final long timeoutNanos;
  private final LocationCache locations;

  /** Never more than are remembered: the last ones would push out the one that was asked for. */
  private final int locationsPerRequest;

  private final BiConsumer<ReadOperation, Boolean> goOn;
  private List<ReadOperation> unlocated = new ArrayList<>();
  private boolean locating;

  /** Requests of which the answer is not wanted any more, up to now. */
  private long givenUp;

  private int nextProxy;

  /**
   * @param goOn takes a read whose shard may be known now; with true when it is to wait first
   */
  ShardLocator(
      ClientRole role,
      Host host,
      DatabaseOptions options,
      BiConsumer<ReadOperation, Boolean> goOn) {
    this.role = role;
    this.host = host;
    this.timeoutNanos = options.requestTimeoutMillis() * 1_000_000;
    this.locations = new LocationCache(options.locationsMax());
    this.locationsPerRequest = Math.min(LOCATIONS_PER_REQUEST_MAX, options.locationsMax());
    this.goOn = goOn;
  }

  /** The shard of a read, or null when it is not known. */
  ShardLocation find(ReadOperation read) {
    return read.isReverse() ? locations.before(read.target()) : locations.at(read.target());
  }

  void forget(ReadOperation read) {
    ShardLocation shard = find(read);
    if (shard != null) {
      locations.forget(shard.range());
    }
  }

  void forgetAll() {
    locations.clear();
  }

  /** Takes a read whose shard is not known. */
  void await(ReadOperation read) {
    unlocated.add(read);
  }

  /** A proxy of an epoch that is over answers nobody: another is asked for the same. */
  void onNewEpoch() {
    if (locating) {
      host.probes().hit("client.locations-asked-in-the-next-epoch");
      locating = false;
      givenUp++;
    }
  }

  /** Asks for what is not known, unless that is under way or cannot be now. */
  void flush() {
    ClusterView view = role.view();
    if (locating || unlocated.isEmpty() || view == null || view.commitProxies().isEmpty()) {
      return;
    }
    ReadOperation first = unlocated.get(0);
    KeyRange range =
        first.isReverse()
            ? new KeyRange(Keys.FIRST, first.target())
            : new KeyRange(first.target(), Keys.SYSTEM_END);
    List<Address> proxies = view.commitProxies();
    Address proxy = proxies.get(Math.floorMod(nextProxy++, proxies.size()));
    locating = true;
    GetKeyLocations request = new GetKeyLocations(range, locationsPerRequest, first.isReverse());
    host.network()
        .request(proxy, request, KeyLocations.class, timeoutNanos, new LocationsHandler());
  }

  private void again(boolean later) {
    locating = false;
    List<ReadOperation> again = unlocated;
    unlocated = new ArrayList<>();
    for (ReadOperation read : again) {
      goOn.accept(read, later);
    }
  }

  private final class LocationsHandler implements ReplyHandler<KeyLocations> {
    private final long givenUpBefore = givenUp;

    @Override
    public void onReply(KeyLocations reply) {
      if (givenUpBefore != givenUp) {
        return;
      }
      for (ShardLocation shard : reply.shards()) {
        locations.put(shard);
      }
      again(reply.shards().isEmpty());
    }

    @Override
    public void onFailure(Failure failure) {
      if (givenUpBefore != givenUp) {
        return;
      }
      host.probes().hit("client.locations-failed");
      again(true);
    }
  }
}
