package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Moves shards between storage servers, for one epoch, by transactions through its proxies: looks
 * at the shard map again and again, and takes the next step of all that are to move ({@link
 * MovePlan}). What it began another may go on with: all that must be known is in the map.
 *
 * <p>It takes the lock with its first commit. Once it has it and then finds another's, or finds
 * that of a later epoch, it has been overtaken, and stops.
 */
final class ShardMover {
  private static final int STEPS_MAX = 256;

  /** Hears of a storage server that has nothing, and will get nothing in this epoch. */
  interface OnEmpty {
    /**
     * @param version above which nothing in the log is for it
     */
    void onEmpty(StorageMember storage, long version);
  }

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final EpochPlan pipeline;
  private final int replication;
  private final Set<Uid> excluded;
  private final MoveLock lock;
  private final OnEmpty onEmpty;
  private final MovePace pace;

  private List<StorageMember> storages;

  /** Those that are said to be empty: they get nothing any more, wherever they are by now. */
  private final TreeSet<Uid> toldEmpty = new TreeSet<>();

  private final TreeMap<Integer, Long> awaySinceNanos = new TreeMap<>();

  private boolean isLocked;

  /** Whether something was sent to be committed that may still come through. */
  private boolean isUnknown;

  private long lastVersion;
  private boolean stopped;
  private Timers.Timer timer;
  private MoveRound round;
  private int rounds;
  private long lookedNanos;
  private List<MovePlan.Server> looked = List.of();
  private MovePlan.Outcome last;
  private List<ShardMap.Shard> shards = List.of();
  private long shardsVersion;
  private long moved;

  /** How many steps the next transaction may have: fewer after one that was not committed. */
  private int stepsMax = STEPS_MAX;

  /** Whether the next round is to do what nobody asked for. */
  private boolean beginsAny;

  private boolean givesUpAny;

  /**
   * @param excluded workers whose storage servers are to have nothing
   * @param onEmpty hears of one that has nothing any more; perhaps again and again
   */
  ShardMover(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      CoordinatedState state,
      EpochPlan pipeline,
      Set<Uid> excluded,
      OnEmpty onEmpty) {
    this.host = host;
    this.onEmpty = onEmpty;
    this.pace = new MovePace(options.moves().movingMax());
    this.options = options;
    this.workers = workers;
    this.pipeline = pipeline;
    this.replication = state.configuration().storageReplication();
    this.excluded = excluded;
    this.lock = new MoveLock(state.epoch(), Uid.draw(host.random()));
    this.storages = state.storages();
  }

  void start() {
    lookLater();
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
    if (round != null) {
      round.stop();
      round = null;
    }
  }

  /** The storage servers are others. */
  void storagesAre(List<StorageMember> now) {
    storages = now;
  }

  private void lookLater() {
    timer = host.timers().schedule(options.moves().stepNanos(), this::look);
  }

  /** Begins a round, when there may be something to do. */
  private void look() {
    List<MovePlan.Server> servers = servers();
    long now = host.clock().nowNanos();
    beginsAny |= host.faults().at("mover.move-any");
    givesUpAny |= host.faults().at("mover.give-up-any");
    boolean isAtRest = last != null && last.isAtRest() && !isUnknown && servers.equals(looked);
    boolean isQuiet = isAtRest && !beginsAny && !givesUpAny;
    if (isQuiet && now - lookedNanos < options.moves().idleNanos()) {
      lookLater();
      return;
    }
    looked = servers;
    lookedNanos = now;
    rounds++;
    round = new MoveRound(host, options, pipeline, this::addressOf, rounds, new Round());
    round.begin();
  }

  private Address addressOf(int tag) {
    for (StorageMember storage : storages) {
      if (storage.tag() == tag) {
        return workers.storageAddress(storage.storageId());
      }
    }
    return Address.NONE;
  }

  /** The storage servers, and what may be asked of each now. */
  private List<MovePlan.Server> servers() {
    long now = host.clock().nowNanos();
    TreeSet<Uid> live = new TreeSet<>();
    for (RegisterWorker worker : workers.live(now)) {
      worker.storages().forEach(hosted -> live.add(hosted.storageId()));
    }
    List<MovePlan.Server> servers = new ArrayList<>();
    for (StorageMember storage : storages) {
      if (live.contains(storage.storageId())) {
        awaySinceNanos.remove(storage.tag());
      } else {
        awaySinceNanos.putIfAbsent(storage.tag(), now);
      }
      String zone = workers.storageZone(storage.storageId());
      servers.add(
          new MovePlan.Server(
              storage.tag(), zone == null ? storage.zone() : zone, standing(storage, now)));
    }
    return servers;
  }

  private MovePlan.Standing standing(StorageMember storage, long now) {
    Long since = awaySinceNanos.get(storage.tag());
    if (excluded.contains(storage.workerId()) || toldEmpty.contains(storage.storageId())) {
      return MovePlan.Standing.EXCLUDED;
    }
    if (since == null) {
      return MovePlan.Standing.PRESENT;
    }
    return now - since > options.moves().lostNanos()
        ? MovePlan.Standing.LOST
        : MovePlan.Standing.AWAY;
  }

  /** What its rounds ask and tell. */
  private final class Round implements MoveRound.Owner {
    @Override
    public boolean mayGoOn(Bytes lockRow) {
      MoveLock found = lockRow == null ? null : MoveLock.decodeOrNull(lockRow);
      if (lock.equals(found)) {
        isLocked = true;
      }
      boolean isOvertaken =
          isLocked ? !lock.equals(found) : found != null && found.epoch() > lock.epoch();
      if (isOvertaken) {
        host.trace().event("MoverOvertaken", "epoch", lock.epoch());
        stopped = true;
      }
      return !isOvertaken;
    }

    @Override
    public MovePlan.Outcome decide(
        long version, List<ShardMap.Shard> found, MoveRound.Readiness readiness) {
      shards = found;
      shardsVersion = version;
      MovePlan.Outcome planned =
          new MovePlan(looked, replication, pace.movingMax()).next(found, readiness::isReady);
      MovePlan.Outcome outcome = planned;
      if (beginsAny || givesUpAny) {
        outcome =
            StrayMoves.addTo(
                planned, beginsAny, givesUpAny, host.random(), looked, replication, found);
        beginsAny = false;
        givesUpAny = false;
      }
      return outcome.first(stepsMax);
    }

    @Override
    public Bytes lock() {
      return lock.encode();
    }

    @Override
    public boolean mustCommit() {
      return isUnknown;
    }

    @Override
    public void onSent() {
      isUnknown = true;
    }

    @Override
    public void onCommitted(MovePlan.Outcome outcome, long version) {
      isUnknown = false;
      stepsMax = Math.min(STEPS_MAX, 2 * stepsMax);
      isLocked = true;
      lastVersion = version;
      pace.committed(outcome, host.clock().nowNanos());
      for (MovePlan.Step step : outcome.steps()) {
        host.probes().hit("mover.step-" + step.kind());
        if (step.kind() == MovePlan.Kind.FINISH) {
          moved++;
        }
      }
      ended(outcome);
    }

    @Override
    public void onAtRest(MovePlan.Outcome outcome) {
      ended(outcome);
    }

    @Override
    public void onFailed() {
      if (isUnknown && stepsMax > 1) {
        // It may have been too much at once: resolvers keep but so much metadata.
        host.probes().hit("mover.fewer-steps");
        stepsMax /= 2;
      }
      ended(null);
    }
  }

  private void ended(MovePlan.Outcome outcomeOrNull) {
    round = null;
    last = outcomeOrNull;
    if (last != null) {
      tellEmpty();
    }
    if (!stopped) {
      lookLater();
    }
  }

  /**
   * What was decided gives nothing to those who are excluded or lost, so that what was read still
   * holds. The log would keep all that comes, as long as one that is lost has not read what it has
   * for it.
   */
  private void tellEmpty() {
    for (StorageMember storage : List.copyOf(storages)) {
      if (getsNothing(storage) && shardsOf(storage) == 0) {
        toldEmpty.add(storage.storageId());
        onEmpty.onEmpty(storage, shardsVersion);
      }
    }
  }

  /** By what was decided last, whatever it is by now. */
  private boolean getsNothing(StorageMember storage) {
    return looked.stream()
        .filter(server -> server.tag() == storage.tag())
        .anyMatch(server -> server.isExcluded() || server.standing() == MovePlan.Standing.LOST);
  }

  private long shardsOf(StorageMember storage) {
    return shards.stream()
        .filter(shard -> Arrays.binarySearch(shard.tags(), storage.tag()) >= 0)
        .count();
  }

  /** How many shards the storage servers of a worker have, for people. */
  String shardsOf(Uid workerId) {
    long count = 0;
    for (StorageMember storage : storages) {
      if (storage.workerId().equals(workerId)) {
        if (last == null) {
          return "?";
        }
        // It is there as long as it is a member, with or without shards.
        count += Math.max(1, shardsOf(storage));
      }
    }
    return Long.toString(count);
  }

  /** How far it is: the rest is unknown until it has looked. */
  void addTo(ControllerStatus status) {
    status.addMoves(last, moved, lastVersion);
  }
}
