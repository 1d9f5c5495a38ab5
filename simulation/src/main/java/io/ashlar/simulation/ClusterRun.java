package io.ashlar.simulation;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Setting;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Message;
import io.ashlar.runtime.WireCodec;
import io.ashlar.simulation.check.ReplicaChecker;
import io.ashlar.simulation.faults.FaultDriver;
import io.ashlar.simulation.faults.FaultPlan;
import io.ashlar.simulation.world.MessageCodec;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A cluster with its clients in a world of their own, led from outside of it: booted, harmed,
 * healed and brought to rest. What clients do and what must be true of it is the caller's.
 */
final class ClusterRun {
  /** The run is over: what its message says is wrong. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message, null, false, false);
    }
  }

  static final long SECOND = 1_000_000_000L;
  static final long STEP_NANOS = 100_000_000;

  /** A run of so many events does not end: something goes round in a circle. */
  private static final long EVENTS_PER_SECOND_MAX = 400_000;

  private final SimWorld world;
  private final ClusterPlan plan;
  private final FaultPlan faultPlan;
  private final SimCluster cluster;
  private final ClusterClients clients;
  private final Operator operator;
  private final FaultDriver faults;
  private final ClusterBounds bounds;
  private final ElectionWatch elections;
  private final WorkerIds workerIds = new WorkerIds();
  private final GivenUpLogs givenUpLogs;

  /**
   * @param workloads how many the clients have, or 1
   * @param maker makes the clients when it is known what cluster there will be
   */
  ClusterRun(long seed, SimOptions options, int workloads, ClusterClients.Maker maker) {
    SeededRandom random = new SeededRandom(seed).fork("simulation");
    plan =
        ClusterPlan.draw(random.fork("cluster"), (seed & 1) == 0, workloads, options.clientsMax());
    faultPlan =
        options.faults().isNone()
            ? FaultPlan.none()
            : FaultPlan.draw(
                random.fork("faults"), options.faults()::includes, options.faultFactor());
    WorldConditions conditions =
        options.faults().isNone()
            ? WorldConditions.calm()
            : WorldConditions.draw(random.fork("world")).with(options.faults()::includes);
    world = new SimWorld(seed, options.variation(), conditions);
    cluster = new SimCluster(world, plan);
    clients = maker.make(world, plan);
    operator = new Operator(world, cluster.coordinators());
    faults = new FaultDriver(world, faultPlan, new Harmed());
    bounds = new ClusterBounds(world, plan, faultPlan, cluster);
    faults.letHappenOnly(options.faultEvents());
    world.setOnDeath(this::onDeath);
    elections = new ElectionWatch(world);
    world.addTraceListener(elections);
    world.addTraceListener(workerIds);
    givenUpLogs = new GivenUpLogs(world);
    world.addTraceListener(givenUpLogs);
    if (plan.throughCodec()) {
      world.network().setCodec(new WireForm());
    }
  }

  /** The protobuf form. */
  private static final class WireForm implements MessageCodec {
    @Override
    public Bytes encode(Message message) {
      return WireCodec.encode(message);
    }

    @Override
    public Message decode(Bytes bytes) {
      return WireCodec.decode(bytes);
    }
  }

  SimWorld world() {
    return world;
  }

  ClusterPlan plan() {
    return plan;
  }

  /** What was told that cannot be, with what it is about; null for nothing. */
  String violation() {
    if (elections.violation() != null) {
      return ElectionWatch.NAME + ": " + elections.violation();
    }
    return givenUpLogs.violation() == null
        ? null
        : GivenUpLogs.NAME + ": " + givenUpLogs.violation();
  }

  /** What was drawn, for people. */
  List<String> describe() {
    List<String> lines = new ArrayList<>(plan.describe());
    lines.add(faultPlan.describe());
    lines.addAll(world.conditions().describe());
    return lines;
  }

  /** The occurrences of faults up to now that were not left out. */
  List<FaultDriver.Happened> faultsHappened() {
    return faults.happened();
  }

  /** Gives back what lies outside of Java's heap; the run is of no use any more. */
  void giveBack() {
    cluster.giveBack();
  }

  private void onDeath(SimProcess process) {
    clients.onDeath(process);
    faults.onDeath(process);
  }

  /** What faults see. */
  private final class Harmed implements FaultDriver.Cluster {
    @Override
    public boolean isClient(String process) {
      return SimClients.isClient(process) || Operator.is(process);
    }

    @Override
    public CoordinatorSet coordinators() {
      return cluster.coordinators();
    }

    @Override
    public long leaseNanos() {
      return plan.controller().election().leaseNanos();
    }

    @Override
    public void reboot(String process) {
      ClusterRun.this.reboot(process);
    }

    @Override
    public void changeOptions(String process, SeededRandom draws) {
      cluster.changeOptions(process, draws);
    }

    @Override
    public String changeConfiguration(SeededRandom draws) {
      Map<Setting, Integer> wanted = plan.drawChange(draws);
      clients.onConfiguration(wanted);
      operator.configure(wanted);
      return wanted.toString();
    }

    @Override
    public String changeCopies(int turn) {
      Map<Setting, Integer> wanted = plan.copies(turn);
      operator.configure(wanted);
      return wanted.toString();
    }

    @Override
    public String join() {
      String process = cluster.join();
      if (process != null) {
        ClusterRun.this.reboot(process);
      }
      return process;
    }

    @Override
    public String exclude(SeededRandom draws) {
      return ClusterRun.this.exclude(draws);
    }

    @Override
    public List<String> moveCoordinators(SeededRandom draws) {
      List<String> wanted = cluster.drawCoordinators(draws);
      operator.moveCoordinators(wanted);
      return wanted;
    }

    @Override
    public boolean move(String process) {
      return cluster.move(process);
    }
  }

  /**
   * Every third time all are let back, if any are excluded. Else one more is, unless it is the last
   * that may have storage servers: shards would have nowhere to go.
   */
  private String exclude(SeededRandom draws) {
    TreeSet<Uid> excluded = operator.excluded();
    if (!excluded.isEmpty() && draws.nextInt(3) == 0) {
      operator.exclude(new TreeSet<>());
      return "nobody";
    }
    List<String> others = new ArrayList<>(cluster.processes());
    others.removeIf(other -> workerIds.of(other) == null);
    others.removeIf(other -> excluded.contains(workerIds.of(other)));
    if (others.isEmpty()) {
      return null;
    }
    String process = others.remove(draws.nextInt(others.size()));
    if (others.stream().noneMatch(other -> cluster.planned(other).mayHaveStorage())) {
      return null;
    }
    excluded.add(workerIds.of(process));
    operator.exclude(excluded);
    return process;
  }

  /**
   * What storage servers there must be, and where each shard must be, when all has come to rest.
   *
   * @param rows all that clients read, system keys too
   */
  Placement placement(List<KeyValue> rows) {
    Map<String, Placement.Worker> workers = new TreeMap<>();
    for (String process : cluster.processes()) {
      workers.put(process, new Placement.Worker(cluster.planned(process), workerIds.of(process)));
    }
    return new Placement(workers, rows);
  }

  private void reboot(String process) {
    if (world.process(process) != null) {
      return;
    }
    boolean isClient = SimClients.isClient(process);
    if (!isClient && !cluster.processes().contains(process)) {
      // Booted by something else since it died, and at another address now.
      return;
    }
    SimProcess booted = isClient ? clients.boot(process) : cluster.boot(process);
    if (booted != null) {
      faults.onBoot(booted);
    }
  }

  /** Boots all machines and clients. */
  void boot() {
    cluster.processes().forEach(cluster::boot);
    clients.processes().forEach(clients::boot);
    advance(SECOND);
  }

  /** Clients begin to work, and faults to happen. */
  void startWorkAndFaults() {
    clients.start();
    faults.start();
  }

  /** Ends all faults and boots what is down. Clients begin nothing more. */
  void endFaults() {
    easeFaults();
    clients.stop();
  }

  /** Ends all faults and boots what is down. Clients go on. */
  void easeFaults() {
    faults.stop();
    world.setFaultPointsEnabled(false);
    world.network().heal();
    world.healDisks();
    world.traceWorld("Healing");
    cluster.processes().forEach(this::reboot);
    clients.processes().forEach(this::reboot);
  }

  /** {@link #endFaults}, and waits until every step of a client has ended. */
  void heal() {
    endFaults();
    ConvergenceBound bound = toConverge();
    long deadline = world.nowNanos() + bound.nanos();
    // At least once: what was just booted is there only then.
    advance(STEP_NANOS);
    while (!underWay().isEmpty()) {
      if (world.nowNanos() > deadline) {
        throw new Failed("no convergence: " + underWay() + " still go on after " + bound);
      }
      advance(STEP_NANOS);
    }
  }

  private String underWay() {
    String steps = clients.stepsUnderWay();
    return operator.isBusy() ? steps + " and what the operator has begun" : steps;
  }

  /** How long everything that was begun may go on when faults have ended. */
  ConvergenceBound toConverge() {
    return bounds.toConverge();
  }

  /**
   * Waits until what was committed is stored everywhere, and old generations of the log are gone.
   *
   * @param lastCommitted the highest version that a client knows to be committed
   * @param placement which storage servers are to be there
   * @return the view in which it is so
   */
  ClusterView rest(long lastCommitted, Placement placement) {
    ClusterProbe[] probe = new ClusterProbe[1];
    prober()
        .execute(
            () -> {
              SimProcess process = world.process(ClusterProbe.PROCESS);
              probe[0] =
                  new ClusterProbe(
                      process.host("probe", ClusterProbe.ENDPOINT, ""),
                      cluster.coordinators(),
                      this::unlistedRoles,
                      placement::missing,
                      lastCommitted);
              process.start(ClusterProbe.ENDPOINT, probe[0]);
            });
    advance(STEP_NANOS);
    ConvergenceBound bound = bounds.toRest();
    long deadline = world.nowNanos() + bound.nanos();
    String unrest = probe[0].unrest();
    while (unrest != null) {
      if (world.nowNanos() > deadline) {
        throw new Failed("no rest: " + unrest + " after " + bound);
      }
      advance(STEP_NANOS);
      unrest = probe[0].unrest();
    }
    world.process(ClusterProbe.PROCESS).stop(ClusterProbe.ENDPOINT);
    return probe[0].view();
  }

  /** The process from which a cluster is asked whether it rests. */
  private SimProcess prober() {
    SimProcess there = world.process(ClusterProbe.PROCESS);
    return there != null
        ? there
        : world.boot(world.machine("machine of the probe"), ClusterProbe.PROCESS, process -> {});
  }

  /**
   * Reads the records of these versions from all log servers of the present generation, for every
   * tag that they hold.
   */
  List<ReplicaChecker.Tail> readTails(long from, long through) {
    TailProbe[] probe = new TailProbe[1];
    world.boot(
        world.machine("machine of the tail probe"),
        TailProbe.PROCESS,
        process -> {
          probe[0] =
              new TailProbe(
                  process.host("tail-probe", TailProbe.ENDPOINT, ""),
                  cluster.coordinators(),
                  from,
                  through);
          process.start(TailProbe.ENDPOINT, probe[0]);
        });
    advance(STEP_NANOS);
    ConvergenceBound bound = toConverge();
    long deadline = world.nowNanos() + bound.nanos();
    while (probe[0].missing() != null) {
      if (world.nowNanos() > deadline) {
        throw new Failed("the log does not tell: " + probe[0].missing() + " after " + bound);
      }
      advance(STEP_NANOS);
    }
    world.process(TailProbe.PROCESS).stop(TailProbe.ENDPOINT);
    return probe[0].tails();
  }

  /** What is in the engine of a storage server, flushed or not, in key order. */
  List<KeyValue> engineRows(Address address, Uid storageId) {
    return cluster.engineRows(address.process(), storageId);
  }

  /** Where the roles of the pipeline are that clients never speak to. */
  private List<Address> unlistedRoles() {
    List<Address> found = new ArrayList<>();
    for (SimProcess process : world.processes()) {
      found.addAll(process.addressesOf("sequencer"));
      found.addAll(process.addressesOf("resolver"));
    }
    return found;
  }

  void advance(long nanos) {
    world.runFor(nanos);
    if (world.failure() != null) {
      throw new Failed(world.failure().toString());
    }
    long seconds = 60 + world.nowNanos() / SECOND;
    if (world.eventsRun() > seconds * EVENTS_PER_SECOND_MAX) {
      throw new Failed("too many events: " + world.eventsRun());
    }
  }
}
