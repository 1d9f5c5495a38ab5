package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.ShardMap;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.StorageState;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * One look at the shards, and one step of all that are to move.
 *
 * <ol>
 *   <li>ASKING_VERSION: a read version R.
 *   <li>READING_ROWS: the shard map and the lock, at R.
 *   <li>ASKING_NEWCOMERS: of each shard that moves, those who do not serve it yet, for what they
 *       have. Who has not reached R is asked again for a while: it may tell of a time before the
 *       shard began to move to it, when it had the same range.
 *   <li>COMMITTING: the steps, with conflicts on the whole map and on the lock, which is written
 *       too. So nothing of what was decided can have become wrong, and of two rounds that know
 *       nothing of each other one is not committed. While shards move there is a commit even if
 *       there is no step: without any, storage servers would store nothing more, and wait for it.
 * </ol>
 *
 * <p>Whatever fails ends the round. Whether a commit whose answer is lost came through does not
 * matter: the next round reads what is, and commits in any case, after which a commit that comes
 * later conflicts with it on the lock.
 */
final class MoveRound {
  enum Phase {
    ASKING_VERSION,
    READING_ROWS,
    ASKING_NEWCOMERS,
    COMMITTING,
    ENDED
  }

  /** What the round works for. */
  interface Owner {
    /** Whether the mover may go on when this is the lock's row, or null when there is none. */
    boolean mayGoOn(Bytes lockRow);

    /**
     * Decides the next steps.
     *
     * @param shards as they were at that version
     */
    MovePlan.Outcome decide(long version, List<ShardMap.Shard> shards, Readiness readiness);

    /** The value of the lock's row from now on. */
    Bytes lock();

    /** Whether something is to be committed in any case. */
    boolean mustCommit();

    /** The steps are sent, and may come through whatever is heard of them. */
    void onSent();

    /** The steps are done, at this version. */
    void onCommitted(MovePlan.Outcome outcome, long version);

    /** There is nothing to do, and nothing was sent. */
    void onAtRest(MovePlan.Outcome outcome);

    /** The round has ended without that. */
    void onFailed();
  }

  /** Whether all newcomers of a shard have it. */
  interface Readiness {
    boolean isReady(ShardMap.Shard shard);
  }

  private static final int ASKED_MAX = 8;
  private static final long ASK_AGAIN_NANOS = 50_000_000;
  private static final KeyRange MAP = KeyRange.ofPrefix(Keys.KEY_SERVERS_PREFIX);
  private static final KeyRange LOCK = KeyRange.ofKey(Keys.MOVE_LOCK);

  private final Host host;
  private final ControllerOptions options;
  private final EpochPlan pipeline;
  private final IntFunction<Address> storages;
  private final int number;
  private final Owner owner;

  private Phase phase = Phase.ASKING_VERSION;
  private long version;
  private List<ShardMap.Shard> shards;
  private final TreeMap<Integer, StorageState> states = new TreeMap<>();
  private int unanswered;
  private int asked;
  private MovePlan.Outcome outcome;

  /**
   * @param pipeline of the epoch
   * @param storages where the storage server of a tag is, or {@link Address#NONE}
   * @param number of the round: another asks others of those who can answer
   */
  MoveRound(
      Host host,
      ControllerOptions options,
      EpochPlan pipeline,
      IntFunction<Address> storages,
      int number,
      Owner owner) {
    this.host = host;
    this.options = options;
    this.pipeline = pipeline;
    this.storages = storages;
    this.number = number;
    this.owner = owner;
  }

  /** Nothing that comes from now on counts. */
  void stop() {
    phase = Phase.ENDED;
  }

  private Address oneOf(List<EpochPlan.Placed> roles) {
    return roles.get(Math.floorMod(number, roles.size())).address();
  }

  private void failed(Failure failure) {
    if (phase != Phase.ENDED) {
      host.probes().hit("mover.round-failed");
      host.trace().event("MoveRoundFailed", "phase", phase, "code", failure.code());
      phase = Phase.ENDED;
      owner.onFailed();
    }
  }

  // ASKING_VERSION, READING_ROWS

  void begin() {
    host.network()
        .request(
            oneOf(pipeline.readVersionProxies()),
            new GetReadVersion(false),
            ReadVersion.class,
            options.silenceNanos(),
            new Version());
  }

  /** The version to read at. */
  private final class Version implements ReplyHandler<ReadVersion> {
    @Override
    public void onReply(ReadVersion reply) {
      if (phase == Phase.ASKING_VERSION) {
        phase = Phase.READING_ROWS;
        version = reply.version();
        read(LOCK, new LockRead());
      }
    }

    @Override
    public void onFailure(Failure failure) {
      failed(failure);
    }
  }

  private void read(KeyRange range, RowsReading.Listener listener) {
    new RowsReading(
            host,
            options.silenceNanos(),
            oneOf(pipeline.commitProxies()),
            storages,
            number,
            range,
            version,
            listener)
        .read();
  }

  /** The row of the lock. */
  private final class LockRead implements RowsReading.Listener {
    @Override
    public void onRows(List<KeyValue> rows) {
      if (phase != Phase.READING_ROWS) {
        return;
      }
      if (owner.mayGoOn(rows.isEmpty() ? null : rows.get(0).value())) {
        read(MAP, new MapRead());
      } else {
        phase = Phase.ENDED;
        owner.onFailed();
      }
    }

    @Override
    public void onFailed(Failure failure) {
      failed(failure);
    }
  }

  /** The shard map. */
  private final class MapRead implements RowsReading.Listener {
    @Override
    public void onRows(List<KeyValue> rows) {
      if (phase != Phase.READING_ROWS) {
        return;
      }
      ShardMap map = new ShardMap();
      rows.forEach(map::load);
      shards = map.shards(Keys.ALL, Integer.MAX_VALUE, false);
      phase = Phase.ASKING_NEWCOMERS;
      askNewcomers();
    }

    @Override
    public void onFailed(Failure failure) {
      failed(failure);
    }
  }

  // ASKING_NEWCOMERS

  private void askNewcomers() {
    TreeSet<Integer> tags = new TreeSet<>();
    for (ShardMap.Shard shard : shards) {
      for (int tag : shard.team().target()) {
        StorageState known = states.get(tag);
        boolean isCurrent = known != null && known.latestVersion() >= version;
        if (shard.team().isNewcomer(tag) && !isCurrent) {
          tags.add(tag);
        }
      }
    }
    tags.removeIf(tag -> storages.apply(tag).equals(Address.NONE));
    if (tags.isEmpty() || asked == ASKED_MAX) {
      commit();
      return;
    }
    asked++;
    unanswered = tags.size();
    for (int tag : tags) {
      host.network()
          .request(
              storages.apply(tag),
              new GetStorageState(),
              StorageState.class,
              options.silenceNanos(),
              new Newcomer(tag));
    }
  }

  /** What one of them has. */
  private final class Newcomer implements ReplyHandler<StorageState> {
    private final int tag;

    Newcomer(int tag) {
      this.tag = tag;
    }

    @Override
    public void onReply(StorageState reply) {
      if (phase == Phase.ASKING_NEWCOMERS) {
        states.put(tag, reply);
        if (reply.latestVersion() < version) {
          host.probes().hit("mover.newcomer-behind");
        }
        answered();
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (phase == Phase.ASKING_NEWCOMERS) {
        // It is not ready, whatever it has.
        asked = ASKED_MAX;
        answered();
      }
    }

    private void answered() {
      unanswered--;
      if (unanswered > 0) {
        return;
      }
      if (asked == ASKED_MAX || areCurrent()) {
        commit();
      } else {
        host.timers().schedule(ASK_AGAIN_NANOS, MoveRound.this::askAgain);
      }
    }
  }

  private boolean areCurrent() {
    for (StorageState state : states.values()) {
      if (state.latestVersion() < version) {
        return false;
      }
    }
    return true;
  }

  private void askAgain() {
    if (phase == Phase.ASKING_NEWCOMERS) {
      askNewcomers();
    }
  }

  private boolean isReady(ShardMap.Shard shard) {
    for (int tag : shard.team().target()) {
      if (shard.team().isNewcomer(tag) && !hasSafely(states.get(tag), tag, shard.range())) {
        return false;
      }
    }
    return true;
  }

  private boolean hasSafely(StorageState state, int tag, KeyRange range) {
    if (state == null || state.tag() != tag || state.latestVersion() < version) {
      return false;
    }
    for (KeyRange safe : state.safeRanges()) {
      if (safe.intersection(range).equals(range)) {
        return true;
      }
    }
    return false;
  }

  // COMMITTING

  private void commit() {
    phase = Phase.COMMITTING;
    outcome = owner.decide(version, shards, this::isReady);
    if (outcome.isAtRest() && !owner.mustCommit()) {
      phase = Phase.ENDED;
      owner.onAtRest(outcome);
      return;
    }
    owner.onSent();
    List<Mutation> mutations = new ArrayList<>();
    List<KeyRange> written = new ArrayList<>();
    set(Keys.MOVE_LOCK, owner.lock(), mutations, written);
    for (MovePlan.Step step : outcome.steps()) {
      addStep(step, mutations, written);
    }
    host.network()
        .request(
            oneOf(pipeline.commitProxies()),
            new CommitTransaction(
                version,
                KeyRanges.encode(List.of(MAP, LOCK)),
                KeyRanges.encode(written),
                Mutations.encode(mutations)),
            TransactionCommitted.class,
            options.silenceNanos(),
            new Committed());
  }

  /** A part of a shard becomes one of its own: what lies behind first, which stays where it is. */
  private void addStep(MovePlan.Step step, List<Mutation> mutations, List<KeyRange> written) {
    KeyRange range = step.range();
    boolean isLast = range.end().equals(Keys.SYSTEM_END);
    if (!isLast && shards.stream().noneMatch(shard -> shard.range().end().equals(range.end()))) {
      set(ShardMap.keyFor(range.end()), step.before().encode(), mutations, written);
    }
    set(ShardMap.keyFor(range.begin()), step.after().encode(), mutations, written);
    host.trace()
        .event(
            "ShardStep",
            "kind",
            step.kind(),
            "begin",
            range.begin(),
            "from",
            step.before(),
            "to",
            step.after());
  }

  private static void set(
      Bytes key, Bytes value, List<Mutation> mutations, List<KeyRange> written) {
    mutations.add(Mutation.set(key, value));
    written.add(KeyRange.ofKey(key));
  }

  /** What became of the steps. */
  private final class Committed implements ReplyHandler<TransactionCommitted> {
    @Override
    public void onReply(TransactionCommitted reply) {
      if (phase == Phase.COMMITTING) {
        phase = Phase.ENDED;
        owner.onCommitted(outcome, reply.version());
      }
    }

    @Override
    public void onFailure(Failure failure) {
      host.probes()
          .hit(
              failure.isRefusal(ErrorCode.NOT_COMMITTED)
                  ? "mover.overtaken-by-another-change"
                  : "mover.result-unknown");
      failed(failure);
    }
  }
}
