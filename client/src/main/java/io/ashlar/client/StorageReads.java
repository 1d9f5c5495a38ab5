package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.Values;
import io.ashlar.message.WatchFired;
import io.ashlar.message.WatchValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sends reads to the storage servers that hold their keys. Point reads of one batch of events that
 * go to one server at one version share a frame. A read that met no server, a wrong one or a
 * failing one is dispatched again, after a growing delay or at once when a new view arrives; what
 * the server says of the version goes to the transaction.
 */
final class StorageReads {
  private static final long RETRY_MIN_NANOS = 5_000_000;
  private static final long RETRY_MAX_NANOS = 500_000_000;

  /** How long a server that failed comes after the others of its team. */
  private static final long AVOID_NANOS = 1_000_000_000;

  /** Keys in a frame: with values of the greatest size still half of what a frame may hold. */
  private static final int FRAME_KEYS_MAX = 256;

  /** Shards one request for locations brings at most. */
  private static final int LOCATIONS_PER_REQUEST_MAX = 128;

  /** A server holds a watch for 30 seconds before it wants to be asked again. */
  private static final long WATCH_NANOS = 30_000_000_000L;

  private final ClientRole role;
  private final Host host;
  private final long timeoutNanos;
  private final LocationCache locations;

  /** Never more than are remembered: the last ones would push out the one that was asked for. */
  private final int locationsPerRequest;

  private final StorageServers servers = new StorageServers();
  private final Backoff backoff = new Backoff(RETRY_MIN_NANOS, RETRY_MAX_NANOS);

  private final List<PointFrame> frames = new ArrayList<>();
  private PointFrame lastFrame;

  /** Reads that wait for a location; one request for locations is under way at a time. */
  private List<ReadOperation> unlocated = new ArrayList<>();

  private boolean locating;
  private int nextProxy;

  /** Reads that wait for a delay or a new view. */
  private List<ReadOperation> parked = new ArrayList<>();

  private boolean retryScheduled;

  /** Reads for servers that have as many requests under way as they may. */
  private final Deque<ReadOperation> crowded = new ArrayDeque<>();

  StorageReads(ClientRole role, Host host, DatabaseOptions options) {
    this.role = role;
    this.host = host;
    this.timeoutNanos = options.requestTimeoutMillis() * 1_000_000;
    this.locations = new LocationCache(options.locationsMax());
    this.locationsPerRequest = Math.min(LOCATIONS_PER_REQUEST_MAX, options.locationsMax());
  }

  /** Sends the read to its server, or has it wait for what is missing. */
  void dispatch(ReadOperation read) {
    if (read.isEnded()) {
      return;
    }
    if (role.view() == null) {
      park(read);
      return;
    }
    if (host.faults().at("client.forget-locations")) {
      locations.clear();
    }
    ShardLocation shard =
        read.isReverse() ? locations.before(read.target()) : locations.at(read.target());
    if (shard == null) {
      unlocated.add(read);
      return;
    }
    StorageServer server = servers.choose(shard.tags(), host.clock().nowNanos());
    if (server == null) {
      host.probes().hit("client.no-storage-server-known");
    }
    if (server == null || host.faults().at("client.try-later")) {
      locations.forget(shard.range());
      park(read);
      return;
    }
    if (server.hasRoom()) {
      read.send(this, shard, server);
    } else {
      crowded.add(read);
    }
  }

  /** A request has ended: goes on with about as many reads as fit into another. */
  private void admit(int countMax) {
    for (int i = Math.min(crowded.size(), countMax); i > 0; i--) {
      dispatch(crowded.poll());
    }
  }

  void onNewView(ClusterView view) {
    servers.update(view);
    backoff.reset();
    retryParked();
    admit(crowded.size());
  }

  /** At the end of a batch: sends what was collected. */
  void flush() {
    locate();
    if (frames.isEmpty()) {
      return;
    }
    for (PointFrame frame : frames) {
      if (frame.server.hasRoom()) {
        frame.send();
      } else {
        host.probes().hit("client.storage-server-crowded");
        crowded.addAll(frame.reads);
      }
    }
    frames.clear();
    lastFrame = null;
  }

  private void park(ReadOperation read) {
    parked.add(read);
    if (!retryScheduled) {
      retryScheduled = true;
      host.timers().schedule(backoff.nextDelayNanos(host.random()), this::onRetryTimer);
    }
  }

  private void onRetryTimer() {
    retryScheduled = false;
    retryParked();
  }

  private void retryParked() {
    List<ReadOperation> again = parked;
    parked = new ArrayList<>();
    for (ReadOperation read : again) {
      dispatch(read);
    }
  }

  // ---- where shards are

  private void locate() {
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

  private void unlocatedAgain(boolean later) {
    locating = false;
    List<ReadOperation> again = unlocated;
    unlocated = new ArrayList<>();
    for (ReadOperation read : again) {
      if (later) {
        park(read);
      } else {
        dispatch(read);
      }
    }
  }

  private final class LocationsHandler implements ReplyHandler<KeyLocations> {
    @Override
    public void onReply(KeyLocations reply) {
      for (ShardLocation shard : reply.shards()) {
        locations.put(shard);
      }
      unlocatedAgain(reply.shards().isEmpty());
    }

    @Override
    public void onFailure(Failure failure) {
      host.probes().hit("client.locations-failed");
      unlocatedAgain(true);
    }
  }

  // ---- requests

  void sendPoint(PointRead read, StorageServer server) {
    long version = read.session.version();
    PointFrame frame = lastFrame;
    if (frame == null || !frame.accepts(server, version)) {
      frame = openFrame(server, version);
    }
    frame.reads.add(read);
  }

  private PointFrame openFrame(StorageServer server, long version) {
    for (PointFrame frame : frames) {
      if (frame.accepts(server, version)) {
        lastFrame = frame;
        return frame;
      }
    }
    lastFrame = new PointFrame(server, version);
    frames.add(lastFrame);
    return lastFrame;
  }

  void sendRange(RangeFetch fetch, GetRange request, StorageServer server) {
    RangeHandler handler = new RangeHandler(fetch, request, server);
    server.sent();
    host.network().request(server.address(), request, RangeRead.class, timeoutNanos, handler);
  }

  void sendKey(KeyFetch fetch, GetKey request, StorageServer server) {
    server.sent();
    host.network()
        .request(
            server.address(),
            request,
            KeyResolved.class,
            timeoutNanos,
            new KeyHandler(fetch, server));
  }

  void sendWatch(WatchOperation watch, StorageServer server) {
    WatchValue request = new WatchValue(watch.version(), watch.target(), watch.expected());
    WatchHandler handler = new WatchHandler(watch);
    host.network()
        .request(server.address(), request, WatchFired.class, WATCH_NANOS + timeoutNanos, handler);
  }

  /** One request to one server, with what its failure means for the reads it carries. */
  private abstract class Handler<R extends Message> implements ReplyHandler<R> {
    final StorageServer server;
    private final long sentNanos = host.clock().nowNanos();

    Handler(StorageServer server) {
      this.server = server;
    }

    /** How long the request took: a measure of the server. */
    long tookNanos() {
      return host.clock().nowNanos() - sentNanos;
    }

    /** Goes on with one read after the request failed. */
    void again(ReadOperation read, Failure failure) {
      if (read.isEnded()) {
        return;
      }
      if (failure.isRefusal(ErrorCode.WRONG_SHARD_SERVER)) {
        host.probes().hit("client.wrong-shard");
        forgetLocation(read);
        park(read);
      } else if (isPassing(failure)) {
        forgetLocation(read);
        park(read);
      } else {
        role.fail(read, ClientRole.error(failure));
      }
    }

    @Override
    public void onReply(R reply) {
      server.answered(tookNanos());
      backoff.reset();
      replied(reply);
      admit(FRAME_KEYS_MAX);
    }

    abstract void replied(R reply);

    @Override
    public void onFailure(Failure failure) {
      if (failure.isDefinite()) {
        server.answered(tookNanos());
      } else {
        host.probes().hit("client.storage-server-failed");
        server.failed(host.clock().nowNanos() + AVOID_NANOS);
      }
      failed(failure);
      admit(FRAME_KEYS_MAX);
    }

    abstract void failed(Failure failure);
  }

  /** Whether another try, perhaps with another server, may succeed for the same transaction. */
  private static boolean isPassing(Failure failure) {
    return failure.kind() != Failure.Kind.REFUSED
        || failure.code() == ErrorCode.BROKEN_PROMISE
        || failure.code() == ErrorCode.SERVER_REQUEST_QUEUE_FULL;
  }

  private void forgetLocation(ReadOperation read) {
    ShardLocation shard =
        read.isReverse() ? locations.before(read.target()) : locations.at(read.target());
    if (shard != null) {
      locations.forget(shard.range());
    }
  }

  private final class PointFrame {
    final StorageServer server;
    final long version;
    final List<PointRead> reads = new ArrayList<>();

    PointFrame(StorageServer server, long version) {
      this.server = server;
      this.version = version;
    }

    boolean accepts(StorageServer other, long otherVersion) {
      return server == other
          && version == otherVersion
          && reads.size() < FRAME_KEYS_MAX
          && !host.faults().at("client.frame-of-one");
    }

    void send() {
      List<Bytes> keys = new ArrayList<>(reads.size());
      for (PointRead read : reads) {
        keys.add(read.key);
      }
      GetValues request = new GetValues(version, keys);
      server.sent();
      host.network()
          .request(
              server.address(),
              request,
              Values.class,
              timeoutNanos,
              new PointHandler(server, reads));
    }
  }

  private final class PointHandler extends Handler<Values> {
    private final List<PointRead> reads;

    PointHandler(StorageServer server, List<PointRead> reads) {
      super(server);
      this.reads = reads;
    }

    @Override
    void replied(Values reply) {
      if (reply.values().size() != reads.size()) {
        failed(Failure.refused(ErrorCode.INTERNAL_ERROR, "values do not match the keys"));
        return;
      }
      for (int i = 0; i < reads.size(); i++) {
        PointRead read = reads.get(i);
        if (!read.isEnded()) {
          read.value = reply.values().get(i);
          role.end(read);
        }
      }
    }

    @Override
    void failed(Failure failure) {
      for (PointRead read : reads) {
        again(read, failure);
      }
    }
  }

  private final class RangeHandler extends Handler<RangeRead> {
    private final RangeFetch fetch;
    private final GetRange request;

    RangeHandler(RangeFetch fetch, GetRange request, StorageServer server) {
      super(server);
      this.fetch = fetch;
      this.request = request;
    }

    @Override
    void replied(RangeRead reply) {
      if (fetch.isEnded()) {
        return;
      }
      if (reply.more() && reply.rows().isEmpty()) {
        failed(Failure.refused(ErrorCode.INTERNAL_ERROR, "more rows announced and none given"));
      } else if (fetch.take(request, reply)) {
        role.end(fetch);
      } else {
        host.probes().hit("client.range-goes-on");
        dispatch(fetch);
      }
    }

    @Override
    void failed(Failure failure) {
      again(fetch, failure);
    }
  }

  private final class KeyHandler extends Handler<KeyResolved> {
    private final KeyFetch fetch;

    KeyHandler(KeyFetch fetch, StorageServer server) {
      super(server);
      this.fetch = fetch;
    }

    @Override
    void replied(KeyResolved reply) {
      if (fetch.isEnded()) {
        return;
      }
      if (fetch.take(reply)) {
        role.end(fetch);
      } else {
        host.probes().hit("client.selector-goes-on");
        dispatch(fetch);
      }
    }

    @Override
    void failed(Failure failure) {
      again(fetch, failure);
    }
  }

  private final class WatchHandler implements ReplyHandler<WatchFired> {
    private final WatchOperation watch;

    WatchHandler(WatchOperation watch) {
      this.watch = watch;
    }

    @Override
    public void onReply(WatchFired reply) {
      if (!watch.isEnded()) {
        role.end(watch);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (watch.isEnded()) {
        return;
      }
      if (failure.isRefusal(ErrorCode.TIMED_OUT)) {
        host.probes().hit("client.watch-asked-again");
        dispatch(watch);
      } else {
        host.probes().hit("client.watch-moves");
        // A watch belongs to no transaction that could be tried again, so it outlives everything
        // that may pass, versions that a server has not reached included.
        forgetLocation(watch);
        park(watch);
      }
    }
  }
}
