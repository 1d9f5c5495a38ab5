package io.ashlar.control;

import io.ashlar.core.Tags;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.Endpoints;
import io.ashlar.message.RecruitStorage;
import io.ashlar.message.Recruited;
import io.ashlar.message.RegisterWorker;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Makes a storage server on each worker that may have one and has none, one after the other, for
 * one epoch:
 *
 * <ol>
 *   <li>a new one is recruited, under an id and a tag that nobody has;
 *   <li>once it is there it is written to the coordinated state, and only then known to anybody.
 * </ol>
 *
 * <p>The other way round one might be known that was never made, and an engine made later under its
 * name would hide that another was lost. One that was made and did not come to be known stays
 * alone: no view lists it, and so it reads nothing of the tag, which may be another's by then.
 */
final class StorageJoining {
  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final Set<Uid> excluded;
  private final Consumer<StorageMember> onMade;
  private final long version;
  private CoordinatedState state;
  private int lastTag;
  private StorageMember making;
  private boolean stopped;
  private Timers.Timer timer;

  /**
   * @param excluded workers that get none
   * @param onMade writes a new one to the state, and answers with {@link #stateIs}
   */
  StorageJoining(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      CoordinatedState state,
      Set<Uid> excluded,
      Consumer<StorageMember> onMade) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.excluded = excluded;
    this.onMade = onMade;
    this.version = state.lastGeneration().recoveryTransactionVersion();
    this.state = state;
    this.lastTag = Tags.FIRST_STORAGE - 1;
  }

  void start() {
    timer = host.timers().schedule(options.moves().stepNanos(), this::look);
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** The state is this now; it may have what was made last. */
  void stateIs(CoordinatedState now) {
    state = now;
    if (making != null && now.storages().contains(making)) {
      making = null;
    }
  }

  private void look() {
    RegisterWorker worker = making == null ? withoutStorage() : null;
    if (worker != null) {
      make(worker);
    }
    start();
  }

  private RegisterWorker withoutStorage() {
    TreeSet<Uid> having = new TreeSet<>(excluded);
    state.storages().forEach(storage -> having.add(storage.workerId()));
    for (RegisterWorker worker : workers.live(host.clock().nowNanos())) {
      boolean may = RoleKind.STORAGE.mayBeOn(worker.workerClass());
      if (may && !having.contains(worker.workerId())) {
        return worker;
      }
    }
    return null;
  }

  private void make(RegisterWorker worker) {
    making =
        new StorageMember(Uid.draw(host.random()), nextTag(), worker.workerId(), worker.zone());
    host.trace().event("StorageMade", "member", making, "on", worker.process());
    host.network()
        .request(
            new Address(worker.process(), Endpoints.WORKER),
            new RecruitStorage(
                state.databaseId(), making.storageId(), making.tag(), making.workerId(), version),
            Recruited.class,
            options.recruitNanos(),
            new Reply(making));
  }

  /** One that nobody has, nor anybody that this epoch has tried to make. */
  private int nextTag() {
    for (StorageMember storage : state.storages()) {
      lastTag = Math.max(lastTag, storage.tag());
    }
    for (RetiredTag retired : state.retired()) {
      lastTag = Math.max(lastTag, retired.tag());
    }
    lastTag++;
    return lastTag;
  }

  /** Whether it is there. */
  private final class Reply implements ReplyHandler<Recruited> {
    private final StorageMember made;

    Reply(StorageMember made) {
      this.made = made;
    }

    @Override
    public void onReply(Recruited reply) {
      if (stopped) {
        host.probes().hit("joining.made-when-the-epoch-was-over");
        return;
      }
      onMade.accept(made);
    }

    @Override
    public void onFailure(Failure failure) {
      // Whether it was made or not, it is never heard of again.
      host.probes().hit("joining.not-made");
      making = null;
    }
  }
}
