package io.ashlar.storage;

import io.ashlar.core.Bytes;
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
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Fetches what is awaited, piece by piece, from those who serve it.
 *
 * <ol>
 *   <li>The piece begins at what is awaited next, and is read at the last version applied.
 *   <li>What comes from the log for it meanwhile is kept beside.
 *   <li>The answer, with what was kept, is put into the map. The next piece begins behind it, at the
 *       version reached by then.
 * </ol>
 *
 * <p>So memory is bounded by one piece, and no version is held for long. A piece that fails, takes
 * too long or is overtaken by a rollback is asked for anew at a newer version; nothing of it was
 * used. What has arrived is part of a version like everything else: a rollback or a restart takes
 * it back together with the note of how far it came.
 */
final class ShardFetch implements Pulled.Awaited {
  /** The storage server as this part sees it. */
  interface Owner {
    /** The map; null until the engine is open. */
    VersionedMap map();

    /** Whether pieces can be taken: it serves, and has room. */
    boolean canTake();

    /** The newest view of the cluster, or null. */
    ClusterView clusterView();

    /** A piece has arrived, as of the latest version. */
    void arrived(KeyRange piece, SortedMap<Bytes, Bytes> rows);
  }

  private static final int ROWS_MAX = 10_000;

  private final Host host;
  private final int tag;
  private final StorageServerOptions options;
  private final Owner owner;
  private ArrivingPiece piece;
  private ShardLocation location;
  private Timers.Timer retry;
  private int failures;
  private int proxy;
  private int holder;

  ShardFetch(Host host, int tag, StorageServerOptions options, Owner owner) {
    this.host = host;
    this.tag = tag;
    this.options = options;
    this.owner = owner;
  }

  /** Goes on with what is awaited, unless that is under way or cannot be now. */
  void fetch() {
    if (piece != null || retry != null || !owner.canTake()) {
      return;
    }
    VersionedMap map = owner.map();
    Shards.Arriving next = map.shards().firstAwaited();
    if (next == null || map.latest() <= map.stored() || owner.clusterView() == null) {
      return;
    }
    Bytes begin = next.next();
    if (location == null || !location.range().contains(begin)) {
      piece = new ArrivingPiece(next.awaited(), map.latest());
      locate(piece);
      return;
    }
    Address source = source();
    if (source == null) {
      host.probes().hit("storage.no-source-known");
      location = null;
      fetchLater();
      return;
    }
    KeyRange range = next.awaited().intersection(location.range());
    boolean isLittle = host.faults().at("storage.fetch-little");
    piece = new ArrivingPiece(range, map.latest());
    host.trace().event("PieceAsked", "tag", tag, "range", range, "version", map.latest());
    host.network()
        .request(
            source,
            new GetRange(
                map.latest(),
                range,
                isLittle ? 1 : ROWS_MAX,
                options.fetchBytes(),
                false,
                false),
            RangeRead.class,
            options.fetchTimeoutNanos(),
            new Piece(piece));
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

  private void locate(ArrivingPiece asked) {
    List<Address> proxies = owner.clusterView().commitProxies();
    Address to = proxies.get(Math.floorMod(proxy, proxies.size()));
    KeyRange range = new KeyRange(asked.range().begin(), Keys.SYSTEM_END);
    host.network()
        .request(
            to,
            new GetKeyLocations(range, 1, false),
            KeyLocations.class,
            options.fetchTimeoutNanos(),
            new Location(asked));
  }

  private void fetchLater() {
    failures++;
    long step = options.retryNanos() << Math.min(failures, 4);
    retry =
        host.timers()
            .schedule(
                step / 2 + host.random().nextLong(step),
                () -> {
                  retry = null;
                  fetch();
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
    if (piece == null) {
      // The next piece is asked for at this version or above.
      return;
    }
    piece.add(version, mutation);
    if (piece.bytes() > options.fetchKeptBytesMax()) {
      host.probes().hit("storage.fetch-keeps-too-much");
      giveUp();
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
    private final ArrivingPiece asked;

    Location(ArrivingPiece asked) {
      this.asked = asked;
    }

    @Override
    public void onReply(KeyLocations reply) {
      if (piece != asked) {
        fetch();
        return;
      }
      piece = null;
      if (reply.shards().isEmpty()) {
        proxy++;
        fetchLater();
        return;
      }
      location = reply.shards().get(0);
      fetch();
    }

    @Override
    public void onFailure(Failure failure) {
      if (piece == asked) {
        piece = null;
        proxy++;
        fetchLater();
      }
    }
  }

  /** The rows of a piece. */
  private final class Piece implements ReplyHandler<RangeRead> {
    private final ArrivingPiece asked;

    Piece(ArrivingPiece asked) {
      this.asked = asked;
    }

    @Override
    public void onReply(RangeRead reply) {
      if (piece != asked) {
        host.probes().hit("storage.piece-came-too-late");
        fetch();
        return;
      }
      piece = null;
      if (host.faults().at("storage.fetch-again") || !owner.canTake()) {
        fetchLater();
        return;
      }
      failures = 0;
      KeyRange covered = asked.range();
      if (reply.more()) {
        Bytes last = reply.rows().get(reply.rows().size() - 1).key();
        covered = new KeyRange(covered.begin(), Keys.after(last));
      }
      host.trace().event("PieceArrived", "tag", tag, "range", covered, "rows", reply.rows().size());
      owner.arrived(covered, asked.upToDate(covered, reply.rows()));
      fetch();
    }

    @Override
    public void onFailure(Failure failure) {
      if (piece != asked) {
        return;
      }
      host.probes().hit("storage.piece-not-read");
      host.trace().event("PieceFailed", "tag", tag, "code", failure.code());
      piece = null;
      holder++;
      // It may have moved, or who serves it may be too far behind or ahead.
      location = null;
      fetchLater();
    }
  }
}
