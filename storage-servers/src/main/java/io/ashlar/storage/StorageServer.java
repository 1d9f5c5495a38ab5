package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.StorageState;
import io.ashlar.message.WatchValue;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Serves reads of the shards of one tag, in every version of the window.
 *
 * <ol>
 *   <li>{@link LogPuller} pulls the tag from the log; {@link LatestVersion} applies each version to
 *       the {@link VersionedMap}, after fetching the base values of atomic operations.
 *   <li>Every answer of the log makes a {@link NewestView}, on which reads run beside the loop.
 *   <li>{@link StoredVersion}: what is older than the window, and known committed, is written to
 *       the engine in one batch with its version; then the map may forget it.
 *   <li>{@link DurableVersion}: what is stored becomes durable; then the log may forget it.
 *   <li>{@link ShardFetch}: what begins to belong to the server is fetched from others.
 * </ol>
 *
 * <p>latest ≥ stored ≥ durable. Stored is never above a version that a recovery could take back,
 * see {@link VersionBounds}, and never above the oldest version of the newest view.
 */
public final class StorageServer implements Role {
  private enum Phase {
    OPENING,
    SERVING,
    CLOSING,
    CLOSED
  }

  private final Host host;
  private final Uid storageId;
  private final int tag;
  private final long created;
  private final StorageEngine engine;
  private final StorageServerOptions options;
  private final Runnable onReady;

  private final LogPuller puller;
  private final LatestVersion latest;
  private final StoredVersion storing;
  private final DurableVersion durable;
  private final Pulled pulled = new Pulled();
  private final VersionBounds bounds;
  private final NewestView newest;
  private final Replies replies;
  private final ServedReads reads;
  private final ServedWatches watches;
  private final ShardFetch shardFetch;

  private Phase phase = Phase.OPENING;
  private ClusterView clusterView;
  private VersionedMap map;

  /** Reads that came to the loop; those that a view answers elsewhere are not among them. */
  private long readCount;

  private Runnable onClosed;

  /**
   * A storage server; the engine is not open yet.
   *
   * @param storageId its identity for ever; its endpoint is the low half
   * @param tag the log's stream it reads
   * @param created the version at which it is or was created: nothing below is for it
   * @param engine its own; opened at the start, closed at the stop
   * @param onReady runs once, when the engine is open
   */
  public StorageServer(
      Host host,
      Uid storageId,
      int tag,
      long created,
      StorageEngine engine,
      StorageServerOptions options,
      Runnable onReady) {
    this(host, storageId, tag, created, engine, options, onReady, newest -> {});
  }

  /**
   * As the other constructor.
   *
   * @param onView gets each new view, and null when there will be no more; it may hand it to
   *     readers on other threads, see {@link PublishedView}
   */
  public StorageServer(
      Host host,
      Uid storageId,
      int tag,
      long created,
      StorageEngine engine,
      StorageServerOptions options,
      Runnable onReady,
      Consumer<ReadView> onView) {
    this.host = host;
    this.storageId = storageId;
    this.tag = tag;
    this.created = created;
    this.engine = engine;
    this.options = options;
    this.onReady = onReady;
    this.bounds = new VersionBounds(storageId, pulled);
    this.newest = new NewestView(engine, onView);
    Whole whole = new Whole();
    this.puller = new LogPuller(host, tag, options, new Receiver());
    this.durable = new DurableVersion(host, storageId, tag, options, engine, whole);
    this.storing =
        new StoredVersion(host, storageId, tag, options, engine, bounds, newest, durable, whole);
    this.shardFetch = new ShardFetch(host, tag, options, whole);
    this.replies = new Replies(host.network());
    Served served = new Served();
    this.reads = new ServedReads(host, options, served);
    this.watches = new ServedWatches(host, options, served);
    this.latest = new LatestVersion(host, tag, pulled, bounds, newest, watches, shardFetch, whole);
  }

  @Override
  public void start() {
    durable.open(this::onOpen);
  }

  private void onOpen(EngineState state) {
    if (phase == Phase.CLOSED) {
      // Stopped meanwhile; the engine is told already.
      return;
    }
    Shards shards =
        state.metadata() == null
            ? Shards.NONE
            : StorageMetadata.decodeOf(storageId, tag, state.metadata()).shards();
    long stored = Math.max(state.storedVersion(), created);
    map = new VersionedMap(stored, shards);
    bounds.opened(stored);
    durable.opened(stored, shards);
    newest.opened(stored);
    host.trace().event("StorageOpened", "tag", tag, "stored", state.storedVersion());
    if (phase == Phase.CLOSING) {
      closeEngine();
      return;
    }
    phase = Phase.SERVING;
    bounds.checkNothingLost(map);
    publish();
    onReady.run();
    host.timers().schedule(options.storedStepNanos(), this::onStepTick);
    durable.start();
    puller.pull();
  }

  @Override
  public void onMessage(Inbound inbound) {
    Message message = inbound.message();
    switch (message.kind()) {
      case PING -> replies.reply(inbound, new Pong());
      case GET_ROLE_STATUS -> onGetRoleStatus(inbound);
      case CLUSTER_VIEW -> onClusterView((ClusterView) message);
      case GET_VALUES, GET_KEY, GET_RANGE -> {
        readCount++;
        reads.onRead(inbound);
      }
      case WATCH_VALUE -> watches.onWatchValue(inbound, (WatchValue) message);
      case GET_STORAGE_STATE -> replies.reply(inbound, state());
      default -> {
        host.probes().hit("storage.foreign-message");
        replies.refuse(inbound, ErrorCode.MALFORMED_REQUEST, "not for a storage server");
      }
    }
  }

  @Override
  public void onBatchEnd() {}

  /** Stops and lets the engine close, which flushes. {@link #close} tells when it has. */
  @Override
  public void stop() {
    if (phase == Phase.CLOSING || phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    newest.free();
    engine.close(() -> {});
  }

  /**
   * Stores and flushes all that may be, and closes the engine; reads are refused from now on.
   * Called at most once, on the loop, before the role is stopped.
   *
   * @param onClosed runs when nothing of the engine is open any more
   */
  public void close(Runnable onClosed) {
    Check.that(phase == Phase.OPENING || phase == Phase.SERVING, "closed in phase ", phase);
    boolean wasOpening = phase == Phase.OPENING;
    this.onClosed = onClosed;
    reads.close();
    watches.close();
    if (wasOpening) {
      phase = Phase.CLOSING;
      return;
    }
    phase = Phase.CLOSING;
    // Readers on other threads are refused from now on, as those that ask here.
    newest.withdraw();
    storing.storeRest(this::closeEngine);
  }

  private void closeEngine() {
    newest.free();
    engine.close(
        () -> {
          phase = Phase.CLOSED;
          host.trace().event("StorageClosed", "tag", tag, "stored", map.stored());
          onClosed.run();
        });
  }

  // ---------------------------------------------------------------------------------- pulling

  private void onClusterView(ClusterView newer) {
    if (clusterView != null && !newer.isNewerThan(clusterView.epoch(), clusterView.sequence())) {
      return;
    }
    clusterView = newer;
    if (!isListed()) {
      // It belongs to nobody: one that never came to be, or that is needed no more.
      host.probes().hit("storage.view-without-this-one");
      pulled.clear();
      puller.rest();
      bounds.rest();
      shardFetch.giveUp();
      return;
    }
    bounds.onView(newer);
    if (map != null) {
      bounds.checkNothingLost(map);
    }
    // What was pulled by the old view may hold what the new epoch took back.
    pulled.clear();
    puller.onView(newer);
    if (phase == Phase.SERVING) {
      durable.maybeFlush();
      durable.pop();
      shardFetch.goOn();
    } else {
      host.probes().hit("storage.view-while-opening");
    }
  }

  /** Whether the view has it: another may have been given its tag otherwise. */
  private boolean isListed() {
    for (StorageAddress storage : clusterView.storages()) {
      if (storage.storageId().equals(storageId)) {
        Check.that(storage.tag() == tag, "this is the storage server of tag ", tag);
        return true;
      }
    }
    return false;
  }

  private final class Receiver implements LogPuller.Receiver {
    @Override
    public long latest() {
      return map.latest();
    }

    @Override
    public boolean wantsMore() {
      return phase == Phase.SERVING
          && pulled.isEmpty()
          && !storing.isMemoryFull()
          && !shardFetch.isKeepingTooMuch();
    }

    @Override
    public void onKnownCommitted(long version) {
      if (phase == Phase.SERVING && version > bounds.knownCommitted()) {
        bounds.committedThrough(version);
        publish();
        watches.check();
        storing.storeEarly();
      }
    }

    @Override
    public void onPulled(LogPeeked peeked, long through) {
      if (phase == Phase.SERVING) {
        latest.apply(peeked, through);
      }
    }
  }

  /** The server as those see it who move its versions or fetch ranges. */
  private final class Whole
      implements LatestVersion.Owner, StoredVersion.Owner, DurableVersion.Owner, ShardFetch.Owner {
    @Override
    public VersionedMap map() {
      return map;
    }

    @Override
    public boolean isServing() {
      return phase == Phase.SERVING;
    }

    @Override
    public ClusterView clusterView() {
      return clusterView;
    }

    @Override
    public List<LogSource> sources() {
      return puller.sources();
    }

    @Override
    public void pull() {
      puller.pull();
    }

    @Override
    public void publish() {
      StorageServer.this.publish();
    }

    @Override
    public void onApplied() {
      watches.check();
      storing.storeEarly();
      puller.pull();
      shardFetch.goOn();
    }

    @Override
    public long arrived(KeyRange piece, SortedMap<Bytes, Bytes> rows) {
      long target = storing.writeTarget();
      Check.that(map.latest() > target, "a piece at a version being stored: ", target);
      long bytes = map.insert(piece, rows);
      publish();
      return bytes;
    }

    @Override
    public void onStored() {
      puller.pull();
      shardFetch.goOn();
    }

    @Override
    public long stored() {
      return map.stored();
    }

    @Override
    public Shards storedShards() {
      return map.shardsAt(map.stored());
    }
  }

  /** Makes what is applied readable, and answers the reads that waited for it. */
  private void publish() {
    newest.publish(map, bounds);
    reads.onView();
  }

  private void onStepTick() {
    if (phase != Phase.SERVING) {
      return;
    }
    storing.store();
    durable.maybeFlush();
    watches.expire();
    host.timers().schedule(options.storedStepNanos(), this::onStepTick);
  }

  // ---------------------------------------------------------------------------------- serving

  /** What those who serve reads and watches see of the server. */
  private final class Served implements ServedReads.Owner {
    @Override
    public ReadView view() {
      return newest.view();
    }

    @Override
    public long latest() {
      return map == null ? 0 : map.latest();
    }

    @Override
    public boolean isClosing() {
      return phase == Phase.CLOSING || phase == Phase.CLOSED;
    }
  }

  private int arriving() {
    return map == null ? 0 : map.shards().arriving().size();
  }

  private StorageState state() {
    return new StorageState(
        storageId,
        tag,
        map == null ? 0 : map.latest(),
        map == null ? 0 : map.stored(),
        durable.version(),
        bounds.knownCommitted(),
        map == null ? 0 : map.bytes(),
        map == null ? List.of() : map.shards().rangesSafeBy(durable.shards()));
  }

  private void onGetRoleStatus(Inbound inbound) {
    StorageState state = state();
    replies.reply(
        inbound,
        new RoleStatus(
            "storage-server",
            List.of(
                new StatusField("id", storageId.toString()),
                new StatusField("tag", Integer.toString(tag)),
                new StatusField("phase", phase.name()),
                new StatusField("latest-version", Long.toString(state.latestVersion())),
                new StatusField("stored-version", Long.toString(state.storedVersion())),
                new StatusField("durable-version", Long.toString(durable.version())),
                new StatusField("known-committed-version", Long.toString(bounds.knownCommitted())),
                new StatusField("oldest-version", Long.toString(newest.oldest())),
                new StatusField("ranges-arriving", Integer.toString(arriving())),
                new StatusField("bytes-in-memory", Long.toString(state.bytesInMemory())),
                new StatusField("reads", Long.toString(readCount)),
                new StatusField("reads-waiting", Integer.toString(reads.waitingCount())),
                new StatusField("reads-in-flight", Integer.toString(reads.inFlightCount())),
                new StatusField("watches", Integer.toString(watches.count())))));
  }
}
