package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetRange;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.RangeRead;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StorageAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Fetches what is awaited, piece by piece, from those who serve it.
 *
 * <ol>
 *   <li>The piece begins at what is awaited next, and is read at the last version applied.
 *   <li>What comes from the log for it meanwhile is kept beside.
 *   <li>The answer, with what was kept, is put into the map. The next piece begins behind it, at
 *       the version reached by then.
 * </ol>
 *
 * <p>No version is held for longer than one piece takes. A piece that fails, takes too long or is
 * overtaken by a rollback is asked for anew at a newer version; nothing of it was used. What has
 * arrived is part of a version like everything else: a rollback or a restart takes it back together
 * with the note of how far it came. Memory is bounded: what is kept beside a piece, by pulling no
 * more; and what has arrived and is not stored, by asking for no more.
 */
final class ShardFetch implements Pulled.Awaited {
  /** The storage server as this part sees it. */
  interface Owner {
    /** The map; null until the engine is open. */
    VersionedMap map();

    /** Whether it is open and does not close. */
    boolean isServing();

    /** The newest view of the cluster, or null. */
    ClusterView clusterView();

    /**
     * A piece has arrived, as of the latest version.
     *
     * @return the bytes it takes in memory until it is stored
     */
    long arrived(KeyRange piece, SortedMap<Bytes, Bytes> rows);

    /** Nothing is kept beside any more: what was not pulled because of that can be. */
    void pull();
  }

  private static final int ROWS_MAX = 10_000;

  /** How often the time until the next attempt doubles. */
  private static final int BACKOFFS_MAX = 4;

  /** What has arrived and is not stored yet may take this part of the memory. */
  private static final int MEMORY_PART = 4;

  private record Unstored(long version, long bytes) {}

  private final Host host;
  private final int tag;
  private final StorageServerOptions options;
  private final Owner owner;

  /** The piece under way, or null. */
  private ArrivingPiece piece;

  /** The question under way where the next piece can be had, or null. */
  private Location locating;

  /** The last answer to it, while that is good. */
  private ShardLocation location;

  private Timers.Timer retry;
  private int failures;

  /** Which of the ranges, of those who tell where they are, and of those who have them is asked. */
  private int turn;

  private int proxy;
  private int holder;

  /** What has arrived and may not be stored yet, oldest first. */
  private final ArrayDeque<Unstored> unstored = new ArrayDeque<>();

  private long unstoredBytes;

  ShardFetch(Host host, int tag, StorageServerOptions options, Owner owner) {
    this.host = host;
    this.tag = tag;
    this.options = options;
    this.owner = owner;
  }

  /** Goes on with what is awaited, unless that is under way or cannot be now. */
  void goOn() {
    boolean isBusy = piece != null || locating != null || retry != null;
    if (isBusy || !owner.isServing() || owner.clusterView() == null) {
      return;
    }
    VersionedMap map = owner.map();
    List<Shards.Arriving> awaited = map.shards().awaited();
    if (awaited.isEmpty() || map.latest() <= map.stored()) {
      return;
    }
    if (!hasRoom(map.stored())) {
      host.probes().hit("storage.fetch-waits-for-room");
      return;
    }
    Shards.Arriving next = awaited.get(Math.floorMod(turn, awaited.size()));
    if (location == null || !location.range().contains(next.next())) {
      locate(next.next());
      return;
    }
    Address source = source();
    if (source == null) {
      host.probes().hit("storage.no-source-known");
      fetchLater();
      return;
    }
    KeyRange range = next.awaited().intersection(location.range());
    int rowsMax = host.faults().at("storage.fetch-little") ? 1 : ROWS_MAX;
    piece = new ArrivingPiece(range, map.latest());
    host.trace().event("PieceAsked", "tag", tag, "range", range, "version", map.latest());
    host.network()
        .request(
            source,
            new GetRange(map.latest(), range, rowsMax, options.fetchBytes(), false, false),
            RangeRead.class,
            options.fetchTimeoutNanos(),
            new Piece(piece));
  }

  /** Whether another piece may be held. Versions taken back count until others are stored. */
  private boolean hasRoom(long stored) {
    while (!unstored.isEmpty() && unstored.peek().version() <= stored) {
      unstoredBytes -= unstored.poll().bytes();
    }
    return unstoredBytes <= options.memoryBytesMax() / MEMORY_PART;
  }

  /**
   * Whether so much is kept beside the piece under way that no more is to be pulled until it is
   * here. Whoever has the piece does not wait for this server, so it comes, or fails in time.
   */
  boolean isKeepingTooMuch() {
    return piece != null && piece.bytes() > options.fetchKeptBytesMax();
  }

  /** One of those who serve the range; another after each failure. */
  private Address source() {
    List<Address> sources = new ArrayList<>();
    for (StorageAddress storage : owner.clusterView().storages()) {
      boolean serves = storage.tag() != tag && location.tags().contains(storage.tag());
      if (serves && !storage.address().equals(Address.NONE)) {
        sources.add(storage.address());
      }
    }
    if (host.faults().at("storage.fetch-from-another")) {
      holder++;
    }
    return sources.isEmpty() ? null : sources.get(Math.floorMod(holder, sources.size()));
  }

  private void locate(Bytes begin) {
    List<Address> proxies = owner.clusterView().commitProxies();
    if (proxies.isEmpty()) {
      fetchLater();
      return;
    }
    locating = new Location(begin);
    host.network()
        .request(
            proxies.get(Math.floorMod(proxy, proxies.size())),
            new GetKeyLocations(new KeyRange(begin, Keys.SYSTEM_END), 1, false),
            KeyLocations.class,
            options.fetchTimeoutNanos(),
            locating);
  }

  /** Something failed: another range, or the same from elsewhere, in a while. */
  private void fetchLater() {
    location = null;
    turn++;
    failures++;
    long step = options.retryNanos() << Math.min(failures, BACKOFFS_MAX);
    retry =
        host.timers()
            .schedule(
                step / 2 + host.random().nextLong(step),
                () -> {
                  retry = null;
                  goOn();
                });
  }

  /** What is under way counts no more: versions were taken back, or the range is another. */
  void giveUp() {
    if (piece != null) {
      host.probes().hit("storage.fetch-given-up");
      piece = null;
    }
  }

  @Override
  public void mutation(long version, Mutation mutation) {
    // Without a piece under way nothing is kept: the next one is asked for at this version or
    // above.
    if (piece != null) {
      piece.add(version, mutation);
      if (isKeepingTooMuch()) {
        host.probes().hit("storage.fetch-keeps-too-much");
      }
    }
  }

  @Override
  public void changed(KeyRange range) {
    if (piece != null && piece.range().intersects(range)) {
      giveUp();
    }
    location = null;
  }

  /** Where the next piece can be had. */
  private final class Location implements ReplyHandler<KeyLocations> {
    private final Bytes begin;

    Location(Bytes begin) {
      this.begin = begin;
    }

    @Override
    public void onReply(KeyLocations reply) {
      locating = null;
      if (reply.shards().isEmpty() || !reply.shards().get(0).range().contains(begin)) {
        onFailure(Failure.refused(ErrorCode.MALFORMED_REQUEST, "not where the key is"));
        return;
      }
      location = reply.shards().get(0);
      goOn();
    }

    @Override
    public void onFailure(Failure failure) {
      locating = null;
      host.probes().hit("storage.no-location-told");
      proxy++;
      fetchLater();
    }
  }

  /** The rows of a piece. */
  private final class Piece implements ReplyHandler<RangeRead> {
    private final ArrivingPiece asked;

    Piece(ArrivingPiece asked) {
      this.asked = asked;
    }

    /** Notes that it has come to an end, if it still counts. */
    private boolean isOver() {
      if (piece != asked) {
        host.probes().hit("storage.piece-came-too-late");
        return false;
      }
      piece = null;
      return true;
    }

    @Override
    public void onReply(RangeRead reply) {
      if (!isOver() || !owner.isServing()) {
        return;
      }
      if (host.faults().at("storage.fetch-again")) {
        fetchLater();
      } else {
        failures = 0;
        take(reply);
        goOn();
      }
      owner.pull();
    }

    private void take(RangeRead reply) {
      KeyRange covered = asked.range();
      if (reply.more()) {
        Bytes last = reply.rows().get(reply.rows().size() - 1).key();
        covered = new KeyRange(covered.begin(), Keys.after(last));
      }
      host.trace().event("PieceArrived", "tag", tag, "range", covered, "rows", reply.rows().size());
      long version = owner.map().latest();
      long bytes = owner.arrived(covered, asked.upToDate(covered, reply.rows()));
      unstored.add(new Unstored(version, bytes));
      unstoredBytes += bytes;
    }

    @Override
    public void onFailure(Failure failure) {
      if (!isOver()) {
        return;
      }
      // The range may have moved on, or who has it may be too far behind or ahead.
      host.probes().hit("storage.piece-not-read");
      host.trace().event("PieceFailed", "tag", tag, "code", failure.code());
      holder++;
      fetchLater();
      owner.pull();
    }
  }
}
