package io.ashlar.simulation;

import io.ashlar.control.ClusterController;
import io.ashlar.control.Worker;
import io.ashlar.control.WorkerOptions;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.embedded.RoleAssembly;
import io.ashlar.message.Address;
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

  private static final long ENGINE_DELAY_MAX_NANOS = 2_000_000;

  private final SimWorld world;
  private final ClusterPlan plan;

  SimCluster(SimWorld world, ClusterPlan plan) {
    this.world = world;
    this.plan = plan;
  }

  static Address controller() {
    return new Address(PlannedWorker.FIRST, Endpoints.CONTROLLER);
  }

  /** Starts a worker's process, which finds its roles on its disk. */
  SimProcess boot(String process) {
    for (PlannedWorker worker : plan.workers()) {
      if (worker.process().equals(process)) {
        return world.boot(machine(worker), process, this::program);
      }
    }
    throw new IllegalArgumentException("no worker is planned at " + process);
  }

  SimMachine machine(PlannedWorker worker) {
    return world.machine("machine of " + worker.process(), worker.place());
  }

  private void program(SimProcess process) {
    if (process.name().equals(controller().process())) {
      process.start(
          Endpoints.CONTROLLER,
          new ClusterController(
              process.host("cluster-controller", Endpoints.CONTROLLER, "controller"),
              plan.controller(),
              plan.configuration()));
    }
    process.start(
        Endpoints.WORKER,
        new Worker(
            process.host("worker", Endpoints.WORKER, ""),
            process,
            new RoleAssembly(plan.roles(), storageId -> engine(process, storageId)),
            controller(),
            WorkerOptions.defaults(process.machine().place().zone())));
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
        engine,
        name,
        process,
        machine.keep("damage of " + name, EngineDamage.class, EngineDamage::new));
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
    for (PlannedWorker worker : plan.workers()) {
      machine(worker)
          .forEachKept(
              kept -> {
                if (kept instanceof KeptFiles rocks) {
                  rocks.files.close();
                }
              });
    }
  }
}
