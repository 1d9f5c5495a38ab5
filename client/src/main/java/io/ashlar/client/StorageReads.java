package io.ashlar.client;

import io.ashlar.core.Backoff;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetRange;
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

  /** A server holds a watch for 30 seconds before it wants to be asked again. */
  private static final long WATCH_NANOS = 30_000_000_000L;

  private final ClientRole role;
  private final Host host;
  private final long timeoutNanos;
  private final ShardLocator locator;
  private final HedgedReads hedged;
  private final StorageServers servers = new StorageServers();
  private final Backoff backoff = new Backoff(RETRY_MIN_NANOS, RETRY_MAX_NANOS);
  private final PointFrames frames;

  /** Reads that wait for a delay or a new view. */
  private List<ReadOperation> parked = new ArrayList<>();

  private boolean retryScheduled;

  /** Reads for servers that have as many requests under way as they may. */
  private final Deque<ReadOperation> crowded = new ArrayDeque<>();

  StorageReads(ClientRole role, Host host, DatabaseOptions options) {
    this.role = role;
    this.host = host;
    this.timeoutNanos = options.requestTimeoutMillis() * 1_000_000;
    this.locator = new ShardLocator(role, host, options, this::onLocated);
    this.hedged = new HedgedReads(host);
    this.frames = new PointFrames(host);
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
      locator.forgetAll();
    }
    ShardLocation shard = locator.find(read);
    if (shard == null) {
      locator.await(read);
      return;
    }
    StorageServer server = choose(read, shard);
    if (server == null) {
      host.probes().hit("client.no-storage-server-known");
    }
    if (server == null || host.faults().at("client.try-later")) {
      locator.forget(read);
      park(read);
      return;
    }
    if (server.hasRoom()) {
      read.send(this, shard, server);
    } else {
      crowded.add(read);
    }
  }

  private StorageServer choose(ReadOperation read, ShardLocation shard) {
    long now = host.clock().nowNanos();
    StorageServer server = servers.choose(shard.tags(), read.passedOver(), now);
    if (server == null) {
      // The shard has moved, or all have been passed over: whoever there is.
      server = servers.choose(shard.tags(), now);
    }
    if (server != null
        && shard.tags().size() > 1
        && host.faults().at("client.ask-another-replica")) {
      StorageServer other = servers.choose(shard.tags(), List.of(server), now);
      return other == null ? server : other;
    }
    return server;
  }

  private void onLocated(ReadOperation read, boolean later) {
    if (later) {
      park(read);
    } else {
      dispatch(read);
    }
  }

  /** A request has ended: goes on with about as many reads as fit into another. */
  private void admit(int countMax) {
    for (int i = Math.min(crowded.size(), countMax); i > 0; i--) {
      dispatch(crowded.poll());
    }
  }

  void onNewView(ClusterView view, boolean newEpoch) {
    if (newEpoch) {
      locator.onNewEpoch();
    }
    servers.update(view);
    backoff.reset();
    retryParked();
    admit(crowded.size());
  }

  /** At the end of a batch: sends what was collected. */
  void flush() {
    locator.flush();
    for (PointFrames.Frame frame : frames.filled()) {
      if (frame.server().hasRoom()) {
        send(frame.request(), Values.class, new PointHandler(frame.server(), frame.reads()));
      } else {
        host.probes().hit("client.storage-server-crowded");
        crowded.addAll(frame.reads());
      }
    }
    frames.clear();
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

  // ---- requests

  void sendPoint(PointRead read, StorageServer server) {
    long version = read.session.version();
    frames.add(read, server, version);
  }

  void sendRange(RangeFetch fetch, GetRange request, StorageServer server) {
    send(request, RangeRead.class, new RangeHandler(fetch, request, server));
  }

  void sendKey(KeyFetch fetch, GetKey request, StorageServer server) {
    send(request, KeyResolved.class, new KeyHandler(fetch, server));
  }

  private <R extends Message> void send(Message request, Class<R> reply, Handler<R> handler) {
    handler.server.sent();
    host.network().request(handler.server.address(), request, reply, timeoutNanos, handler);
    if (handler.hasReplicas()) {
      hedged.sent(handler.server, handler);
    }
  }

  void sendWatch(WatchOperation watch, StorageServer server) {
    WatchValue request = new WatchValue(watch.version(), watch.target(), watch.expected());
    WatchHandler handler = new WatchHandler(watch, server);
    host.network()
        .request(server.address(), request, WatchFired.class, WATCH_NANOS + timeoutNanos, handler);
  }

  /**
   * One request to one server, with what its failure means for the reads it carries. Of a read that
   * was sent to two servers the first answer counts, and the last failure.
   */
  private abstract class Handler<R extends Message>
      implements ReplyHandler<R>, HedgedReads.Request {
    final StorageServer server;
    private final List<? extends ReadOperation> reads;
    private final int[] steps;
    private final long sentNanos = host.clock().nowNanos();

    Handler(StorageServer server, List<? extends ReadOperation> reads) {
      this.server = server;
      this.reads = reads;
      this.steps = new int[reads.size()];
      for (int i = 0; i < steps.length; i++) {
        steps[i] = reads.get(i).sent();
      }
    }

    /** Whether the answer is the first one to what the read has asked. */
    boolean isWanted(int index) {
      return reads.get(index).isAt(steps[index]);
    }

    /** How long the request has taken: a measure of the server. */
    private long tookNanos() {
      return host.clock().nowNanos() - sentNanos;
    }

    /** Whether others could be asked too. */
    boolean hasReplicas() {
      ShardLocation shard = servers.areSeveral() ? locator.find(reads.get(0)) : null;
      return shard != null && shard.tags().size() > 1;
    }

    @Override
    public boolean isOver() {
      for (int i = 0; i < steps.length; i++) {
        if (isWanted(i)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean hedge() {
      server.isSlow(tookNanos(), host.clock().nowNanos());
      boolean hedges = false;
      for (int i = 0; i < steps.length; i++) {
        ReadOperation read = reads.get(i);
        StorageServer other =
            isWanted(i) && read.underWay() == 1 ? another(read, List.of(server)) : null;
        if (other != null) {
          host.probes().hit("client.read-hedged");
          read.send(StorageReads.this, locator.find(read), other);
          hedges = true;
        }
      }
      return hedges;
    }

    @Override
    public void onReply(R reply) {
      server.answered(tookNanos(), host.clock().nowNanos());
      backoff.reset();
      role.noteCommitted(knownCommitted(reply));
      replied(reply);
      admit(PointFrames.KEYS_MAX);
    }

    abstract long knownCommitted(R reply);

    abstract void replied(R reply);

    @Override
    public void onFailure(Failure failure) {
      if (failure.isDefinite()) {
        server.answered(tookNanos(), host.clock().nowNanos());
      } else {
        host.probes().hit("client.storage-server-failed");
        server.failed(host.clock().nowNanos() + AVOID_NANOS);
      }
      failed(failure);
      admit(PointFrames.KEYS_MAX);
    }

    /** Goes on with the reads after the request failed. */
    void failed(Failure failure) {
      for (int i = 0; i < steps.length; i++) {
        if (isWanted(i)) {
          again(reads.get(i), server, failure);
        }
      }
    }
  }

  /** A server of the read's team that may answer when those cannot, or null. */
  private StorageServer another(ReadOperation read, List<StorageServer> excluded) {
    ShardLocation shard = locator.find(read);
    if (shard == null || shard.tags().size() == 1) {
      return null;
    }
    long now = host.clock().nowNanos();
    StorageServer other = servers.choose(shard.tags(), excluded, now);
    return other == null || other.isAvoided(now) || !other.hasRoom() ? null : other;
  }

  /** A request for the read has failed: asks another replica, waits, or gives up. */
  private void again(ReadOperation read, StorageServer server, Failure failure) {
    read.unanswered();
    read.passOver(server);
    if (read.underWay() > 0) {
      // Another server was asked as well.
      return;
    }
    if (failure.isRefusal(ErrorCode.WRONG_SHARD_SERVER)) {
      host.probes().hit("client.wrong-shard");
      later(read);
    } else if (isOfServer(failure) && another(read, read.passedOver()) != null) {
      host.probes().hit("client.read-fails-over");
      dispatch(read);
    } else if (isPassing(failure)) {
      later(read);
    } else if (read.goAlone()) {
      read.passOverNone();
      dispatch(read);
    } else {
      role.fail(read, ClientRole.error(failure));
    }
  }

  private void later(ReadOperation read) {
    read.passOverNone();
    locator.forget(read);
    park(read);
  }

  /** Whether another try, perhaps with another server, may succeed for the same transaction. */
  private static boolean isPassing(Failure failure) {
    return failure.kind() != Failure.Kind.REFUSED
        || failure.code() == ErrorCode.BROKEN_PROMISE
        || failure.code() == ErrorCode.SERVER_REQUEST_QUEUE_FULL;
  }

  /** Whether it says nothing of other replicas: they may be further, or their files sound. */
  private static boolean isOfServer(Failure failure) {
    return isPassing(failure)
        || failure.code() == ErrorCode.FUTURE_VERSION
        || failure.code() == ErrorCode.FILE_CORRUPT;
  }

  private final class PointHandler extends Handler<Values> {
    private final List<PointRead> reads;

    PointHandler(StorageServer server, List<PointRead> reads) {
      super(server, reads);
      this.reads = reads;
    }

    @Override
    long knownCommitted(Values reply) {
      return reply.knownCommittedVersion();
    }

    @Override
    void failed(Failure failure) {
      if (reads.size() > 1 && failure.isRefusal(ErrorCode.FILE_CORRUPT)) {
        // It does not say which of the keys lies in the damaged block.
        reads.forEach(PointRead::refusedWithOthers);
      }
      super.failed(failure);
    }

    @Override
    void replied(Values reply) {
      if (reply.values().size() != reads.size()) {
        failed(Failure.refused(ErrorCode.INTERNAL_ERROR, "values do not match the keys"));
        return;
      }
      for (int i = 0; i < reads.size(); i++) {
        if (isWanted(i)) {
          PointRead read = reads.get(i);
          read.value = reply.values().get(i);
          role.answeredAt(read.session, reply.version());
          role.end(read);
        }
      }
    }
  }

  private final class RangeHandler extends Handler<RangeRead> {
    private final RangeFetch fetch;
    private final GetRange request;

    RangeHandler(RangeFetch fetch, GetRange request, StorageServer server) {
      super(server, List.of(fetch));
      this.fetch = fetch;
      this.request = request;
    }

    @Override
    long knownCommitted(RangeRead reply) {
      return reply.knownCommittedVersion();
    }

    @Override
    void replied(RangeRead reply) {
      if (!isWanted(0)) {
        return;
      }
      if (reply.more() && reply.rows().isEmpty()) {
        failed(Failure.refused(ErrorCode.INTERNAL_ERROR, "more rows announced and none given"));
        return;
      }
      role.answeredAt(fetch.session, reply.version());
      if (fetch.take(request, reply)) {
        role.end(fetch);
      } else {
        host.probes().hit("client.range-goes-on");
        fetch.nextStep();
        dispatch(fetch);
      }
    }
  }

  private final class KeyHandler extends Handler<KeyResolved> {
    private final KeyFetch fetch;

    KeyHandler(KeyFetch fetch, StorageServer server) {
      super(server, List.of(fetch));
      this.fetch = fetch;
    }

    @Override
    long knownCommitted(KeyResolved reply) {
      return reply.knownCommittedVersion();
    }

    @Override
    void replied(KeyResolved reply) {
      if (!isWanted(0)) {
        return;
      }
      role.answeredAt(fetch.session, reply.version());
      if (fetch.take(reply)) {
        role.end(fetch);
      } else {
        host.probes().hit("client.selector-goes-on");
        fetch.nextStep();
        dispatch(fetch);
      }
    }
  }

  private final class WatchHandler implements ReplyHandler<WatchFired> {
    private final WatchOperation watch;
    private final StorageServer server;

    WatchHandler(WatchOperation watch, StorageServer server) {
      this.watch = watch;
      this.server = server;
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
        return;
      }
      host.probes().hit("client.watch-moves");
      if (!failure.isDefinite()) {
        server.avoidUntil(host.clock().nowNanos() + AVOID_NANOS);
      }
      // A watch belongs to no transaction that could be tried again, so it outlives everything
      // that may pass, versions that a server has not reached included.
      later(watch);
    }
  }
}
