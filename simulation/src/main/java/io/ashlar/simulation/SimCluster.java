package io.ashlar.simulation;

import io.ashlar.control.ControllerCandidate;
import io.ashlar.control.ControllerOptions;
import io.ashlar.control.Coordinator;
import io.ashlar.control.Worker;
import io.ashlar.control.WorkerOptions;
import io.ashlar.control.WorkerPlace;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.embedded.Engines;
import io.ashlar.embedded.RoleAssembly;
import io.ashlar.embedded.RoleSettings;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.storage.EngineCursor;
import io.ashlar.storage.EngineSnapshot;
import io.ashlar.storage.EngineStore;
import io.ashlar.storage.ModelEngine;
import io.ashlar.storage.RocksMemory;
import io.ashlar.storage.StorageEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The machines of a cluster, each with a worker that boots from what is on its disk. */
final class SimCluster {
  /** The store of an engine of the Java kind, which lives as long as its machine. */
  private static final class KeptStore implements SimMachine.Kept {
    final EngineStore store = new EngineStore();

    @Override
    public void onCrash(boolean powerLost, SeededRandom random) {
      // Without a write-ahead log what was not flushed is lost with the process, unless the engine
      // happened to write it out; a batch at a time, but the store knows only all or nothing.
      store.crash(random.nextBoolean());
    }
  }

  /** The files of an engine on RocksDB, which live as long as their machine. */
  private static final class KeptFiles implements SimMachine.Kept {
    final RocksMemory files = new RocksMemory();

    @Override
    public void onCrash(boolean powerLost, SeededRandom random) {
      files.crash(random.nextBoolean());
    }
  }

  /** A worker as it is now: its address and its options may change with a boot. */
  private static final class Member {
    final PlannedWorker planned;
    String process;
    RoleSettings roles;
    ControllerOptions controller;
    boolean moves;
    boolean isThere;

    Member(
        PlannedWorker planned, boolean isThere, RoleSettings roles, ControllerOptions controller) {
      this.planned = planned;
      this.isThere = isThere;
      this.process = planned.process();
      this.roles = roles;
      this.controller = controller;
    }
  }

  private static final long ENGINE_DELAY_MAX_NANOS = 2_000_000;

  private final SimWorld world;
  private final ClusterPlan plan;
  private final List<Member> members = new ArrayList<>();
  private int ports;

  SimCluster(SimWorld world, ClusterPlan plan) {
    this.world = world;
    this.plan = plan;
    for (PlannedWorker worker : plan.workers()) {
      members.add(new Member(worker, true, plan.roles(), plan.controller()));
    }
    for (PlannedWorker worker : plan.joiners()) {
      members.add(new Member(worker, false, plan.roles(), plan.controller()));
    }
  }

  CoordinatorSet coordinators() {
    return plan.coordinatorSet();
  }

  /** The options that each worker has if it is the controller, as of its last boot. */
  List<ControllerOptions> controllers() {
    return members.stream().map(member -> member.controller).toList();
  }

  /** The options of each worker's roles, as of its last boot. */
  List<RoleSettings> roles() {
    return members.stream().map(member -> member.roles).toList();
  }

  /** The names of the workers' processes, alive or not, without those that have not joined. */
  List<String> processes() {
    return members.stream().filter(member -> member.isThere).map(member -> member.process).toList();
  }

  /** One more worker belongs to the cluster, and is to be booted: its process, null for none. */
  String join() {
    for (Member member : members) {
      if (!member.isThere) {
        member.isThere = true;
        return member.process;
      }
    }
    return null;
  }

  /** What the worker of a process is. */
  PlannedWorker planned(String process) {
    return member(process).planned;
  }

  /** Starts a worker's process, which finds its roles on its disk. */
  SimProcess boot(String process) {
    Member member = member(process);
    if (member.moves) {
      member.moves = false;
      member.process = member.planned.movedBy(++ports);
      world.traceWorld("WorkerMoved", "from", process, "to", member.process);
    }
    return world.boot(machine(member.planned), member.process, this::program);
  }

  private Member member(String process) {
    for (Member member : members) {
      if (member.process.equals(process)) {
        return member;
      }
    }
    throw new IllegalArgumentException("no worker is at " + process);
  }

  /** From its next boot on a worker has other options. */
  void changeOptions(String process, SeededRandom draws) {
    Member member = member(process);
    member.roles = plan.drawRoles(draws.fork("roles"));
    member.controller = plan.drawController(draws.fork("controller"));
  }

  /** Some of the workers that may be coordinators, in any order. */
  List<String> drawCoordinators(SeededRandom draws) {
    List<String> some = new ArrayList<>(processes().subList(0, plan.coordinatorsEver()));
    int count = draws.nextInt(1, Math.min(some.size(), CoordinatorSet.COORDINATORS_MAX) + 1);
    while (some.size() > count) {
      some.remove(draws.nextInt(some.size()));
    }
    return some;
  }

  /** From its next boot on a worker is at another address, if it can be no coordinator. */
  boolean move(String process) {
    Member member = member(process);
    member.moves = !isCoordinator(member);
    return member.moves;
  }

  private boolean isCoordinator(Member member) {
    return members.indexOf(member) < plan.coordinatorsEver();
  }

  SimMachine machine(PlannedWorker worker) {
    return world.machine("machine of " + worker.process(), worker.place());
  }

  private void program(SimProcess process) {
    Member member = member(process.name());
    if (isCoordinator(member)) {
      process.start(
          Endpoints.COORDINATOR,
          new Coordinator(
              process.host("coordinator", Endpoints.COORDINATOR, "coordinator"),
              plan.coordinator(),
              plan.membership()));
    }
    process.start(
        Endpoints.CANDIDATE,
        new ControllerCandidate(
            process.host("controller-candidate", Endpoints.CANDIDATE, "candidate"),
            process,
            plan.membership(),
            0,
            member.controller,
            plan.configuration()));
    process.start(
        Endpoints.WORKER,
        new Worker(
            process.host("worker", Endpoints.WORKER, ""),
            process,
            new RoleAssembly(member.roles, new MachinesEngines(process)),
            plan.membership(),
            worker(
                new WorkerPlace(
                    process.machine().place().zone(),
                    process.machine().place().computer(),
                    member.planned.workerClass())),
            // A later life begins with the first ones, who know where the state is.
            next -> {}));
  }

  private WorkerOptions worker(WorkerPlace place) {
    WorkerOptions normal = WorkerOptions.defaults(place);
    return new WorkerOptions(
        place, normal.registerNanos(), normal.pastNanos(), plan.controller().election().follow());
  }

  /** What is left of an engine whose files were being deleted: it is never opened again. */
  private static final class KeptInPart implements SimMachine.Kept {
    @Override
    public void onCrash(boolean powerLost, SeededRandom random) {}
  }

  /** Those of one life of a process. */
  private final class MachinesEngines implements Engines {
    private final SimProcess process;

    MachinesEngines(SimProcess process) {
      this.process = process;
    }

    @Override
    public StorageEngine engine(Uid storageId) {
      return SimCluster.this.engine(process, storageId);
    }

    @Override
    public void delete(Uid storageId, Runnable onDeleted) {
      String name = engineName(storageId);
      SimMachine machine = process.machine();
      Executor loop =
          process.laterInOrder(
              "deletion of " + name,
              () -> ENGINE_DELAY_MAX_NANOS * machine.disk().trouble().slowness());
      loop.execute(
          () -> {
            if (machine.discard(name) instanceof KeptFiles rocks) {
              rocks.files.close();
            }
            machine.discard(damageOf(name));
            machine.keep(name, KeptInPart.class, KeptInPart::new);
          });
      loop.execute(
          () -> {
            machine.discard(name);
            onDeleted.run();
          });
    }
  }

  private static String damageOf(String engine) {
    return "damage of " + engine;
  }

  private StorageEngine engine(SimProcess process, Uid storageId) {
    String name = engineName(storageId);
    SimMachine machine = process.machine();
    Executor loop =
        process.laterInOrder(
            name, () -> ENGINE_DELAY_MAX_NANOS * machine.disk().trouble().slowness());
    StorageEngine engine =
        plan.onRocks()
            ? machine.keep(name, KeptFiles.class, KeptFiles::new).files.engine(loop)
            : new ModelEngine(machine.keep(name, KeptStore.class, KeptStore::new).store, loop);
    return new FaultyEngine(
        engine, name, process, machine.keep(damageOf(name), EngineDamage.class, EngineDamage::new));
  }

  /**
   * What is in the engine of a storage server, flushed or not, in key order.
   *
   * @param process where it runs
   */
  List<KeyValue> engineRows(String process, Uid storageId) {
    SimMachine.Kept kept = world.process(process).machine().kept(engineName(storageId));
    EngineSnapshot snapshot =
        kept instanceof KeptFiles rocks
            ? rocks.files.snapshot()
            : ((KeptStore) kept).store.snapshot();
    List<KeyValue> rows = new ArrayList<>();
    try (EngineCursor cursor = snapshot.cursor(Keys.ALL, false)) {
      for (; cursor.isValid(); cursor.advance()) {
        rows.add(new KeyValue(cursor.key(), cursor.value()));
      }
    } finally {
      snapshot.release();
    }
    return rows;
  }

  private static String engineName(Uid storageId) {
    return "engine " + storageId;
  }

  /** Gives back what lies outside of Java's heap; the cluster is of no use any more. */
  void giveBack() {
    for (Member member : members) {
      machine(member.planned)
          .forEachKept(
              kept -> {
                if (kept instanceof KeptFiles rocks) {
                  rocks.files.close();
                }
              });
    }
  }
}
