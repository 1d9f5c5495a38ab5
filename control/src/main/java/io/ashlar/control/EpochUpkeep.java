package io.ashlar.control;

import io.ashlar.core.LogGeneration;
import io.ashlar.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a controller does for as long as an epoch lasts, beside watching its pipeline: old log
 * generations are drained, shards move, storage servers come and go, and the state moves to other
 * coordinators. All of that changes the coordinated state, by one write after the other; what is
 * written is published at once.
 */
final class EpochUpkeep {
  /** When a point of failure ends an epoch, it does so within this time. */
  private static final long EPOCH_MAX_NANOS = 5_000_000_000L;

  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final ViewPublisher views;
  private final CoordinatorsMove move;
  private final Consumer<String> onOver;
  private final StateWrites writes;
  private Epoch epoch;
  private Drain drain;
  private ShardMover mover;
  private RetiredTags retiredTags;
  private StorageJoining joining;
  private boolean stopped;

  /**
   * @param whileLeading runs what it is given once its controller leads, at once if it does
   * @param onOver hears why the epoch is to end, for people, and answers with {@link #stop}
   */
  EpochUpkeep(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      CoordinatedStates states,
      Consumer<Runnable> whileLeading,
      ViewPublisher views,
      CoordinatorsMove move,
      Epoch begun,
      Consumer<String> onOver) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.views = views;
    this.move = move;
    this.onOver = onOver;
    this.writes =
        new StateWrites(
            host, states, whileLeading, begun.registerGeneration(), begun.state(), new Written());
    this.epoch = begun;
  }

  /** With the state as it was written last. */
  Epoch epoch() {
    return epoch;
  }

  void start() {
    beginDraining();
    move.epochBegins(new Writers());
    beginMoving();
    if (host.faults().at("controller.new-epoch")) {
      host.timers().schedule(host.random().nextLong(EPOCH_MAX_NANOS), this::end);
    }
  }

  void stop() {
    stopped = true;
    drain.stop();
    mover.stop();
    joining.stop();
    retiredTags.stop();
    writes.stop();
    move.epochIsOver();
  }

  /** Ends the epoch, if it is still there, for no reason of its own: it may end at any time. */
  private void end() {
    if (!stopped) {
      onOver.accept("a new epoch is wanted");
    }
  }

  /** What of the epoch is in the coordinated state. */
  private final class Written implements StateWrites.Owner {
    @Override
    public void onWritten(CoordinatedState state) {
      epoch = epoch.with(state);
      views.publish(epoch);
      mover.storagesAre(state.storages());
      joining.stateIs(state);
      retiredTags.stateIs(state);
      move.begin();
    }

    @Override
    public void onOvertaken() {
      // By a later attempt, or by a lock of an earlier one that came late: whoever is right, with
      // this generation nothing can be written any more.
      host.probes().hit("controller.overtaken");
      onOver.accept("the coordinated state was locked by another");
    }
  }

  /** All that writes the state, but for the move to other coordinators. */
  private final class Writers implements CoordinatorsMove.Owner {
    @Override
    public Epoch epoch() {
      return epoch;
    }

    @Override
    public boolean isWriting() {
      return writes.isWriting();
    }

    @Override
    public void hold() {
      writes.hold();
      // It writes the state too.
      drain.stop();
    }

    @Override
    public void goOn() {
      writes.goOn();
      beginDraining();
    }

    @Override
    public void onOvertaken() {
      onOver.accept("a later attempt owns the coordinated state");
    }
  }

  // Log generations

  private void beginDraining() {
    drain = new Drain(host, options, workers, this::onDrained);
    drain.generationsAre(epoch.state().generations());
  }

  private void onDrained(LogGeneration drained) {
    if (host.faults().at("controller.new-epoch-while-drained")) {
      // Before the write below is durable.
      host.timers().schedule(0, this::end);
    }
    writes.change(
        state -> {
          List<LogGeneration> kept = new ArrayList<>(state.generations());
          kept.removeIf(generation -> generation.epoch() == drained.epoch());
          return state.withGenerations(kept, state.storeTime());
        },
        () -> drain.generationsAre(epoch.state().generations()));
  }

  // Storage servers

  private void beginMoving() {
    CoordinatedState state = epoch.state();
    mover =
        new ShardMover(
            host, options, workers, state, epoch.plan(), epoch.excluded(), this::onStorageEmpty);
    mover.start();
    retiredTags = new RetiredTags(host, options, workers, state);
    retiredTags.start();
    joining =
        new StorageJoining(host, options, workers, state, epoch.excluded(), this::onStorageMade);
    joining.start();
  }

  private void onStorageMade(StorageMember made) {
    writes.change(
        state -> state.withStorage(made), () -> host.probes().hit("controller.storage-joined"));
  }

  private void onStorageEmpty(StorageMember empty, long version) {
    // When it is told again while this is being written nothing changes the second time.
    writes.change(
        state -> state.withoutStorage(empty, version),
        () -> host.trace().event("StorageLeft", "member", empty, "version", version));
  }

  /** What it has done, for those who look at the cluster. */
  void addTo(ControllerStatus status) {
    mover.addTo(status);
    status.addExcluded(epoch, mover, workers, host.clock().nowNanos());
  }
}
