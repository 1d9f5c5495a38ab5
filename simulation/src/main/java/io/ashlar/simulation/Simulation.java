package io.ashlar.simulation;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.SuppressForbidden;
import io.ashlar.message.Message;
import io.ashlar.runtime.WireCodec;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.AppendWorkload;
import io.ashlar.simulation.workload.CounterLogWorkload;
import io.ashlar.simulation.workload.CycleWorkload;
import io.ashlar.simulation.workload.KeySpace;
import io.ashlar.simulation.workload.RegisterWorkload;
import io.ashlar.simulation.workload.SerializabilityWorkload;
import io.ashlar.simulation.workload.SimClient;
import io.ashlar.simulation.workload.Workload;
import io.ashlar.simulation.workload.WorkloadCounts;
import io.ashlar.simulation.world.MessageCodec;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One run: a cluster and its clients from one seed.
 *
 * <ol>
 *   <li>The cluster boots, clients connect, workloads make what they need.
 *   <li>Clients work while faults go on; every answer is kept.
 *   <li>Heal: faults end, all processes are up. Every step that is under way must end, within a
 *       bound that is a sum of named timeouts, and new transactions must commit.
 *   <li>The workloads check what is there; what was committed comes to rest in the storage servers.
 * </ol>
 */
public final class Simulation {
  private static final long SECOND = 1_000_000_000L;
  private static final long STEP_NANOS = 100_000_000;

  /** A run of so many events does not end: something goes round in a circle. */
  private static final long EVENTS_PER_SECOND_MAX = 400_000;

  private final long seed;
  private final SimOptions options;
  private final SimWorld world;
  private final ClusterPlan plan;
  private final FaultPlan faultPlan;
  private final SimCluster cluster;
  private final SimClients clients;
  private final FaultDriver faults;
  private final List<Workload> workloads;
  private final TreeSet<Long> epochs = new TreeSet<>();
  private long busyNanos;
  private FailureKind failureKind;

  private Simulation(long seed, SimOptions options) {
    this.seed = seed;
    this.options = options;
    SeededRandom random = new SeededRandom(seed).fork("simulation");
    plan = ClusterPlan.draw(random.fork("cluster"), (seed & 1) == 0);
    faultPlan =
        options.faults()
            ? FaultPlan.draw(random.fork("faults")).times(options.faultFactor())
            : FaultPlan.none();
    WorldConditions conditions =
        options.faults() ? WorldConditions.draw(random.fork("world")) : WorldConditions.calm();
    world = new SimWorld(seed, conditions);
    workloads = drawWorkloads(random.fork("workloads"));
    cluster = new SimCluster(world, plan);
    clients = new SimClients(world, plan, workloads);
    faults = new FaultDriver(world, faultPlan, this::reboot);
    world.setOnDeath(this::onDeath);
    world.setTraceListener(this::onTraced);
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

  /** Runs the seed to its end. */
  @SuppressForbidden("how long the run took is told to people and decides nothing")
  public static SimResult run(long seed, SimOptions options) {
    long begun = System.nanoTime();
    SimResult result = new Simulation(seed, options).run();
    return result.withWallSeconds((System.nanoTime() - begun) / 1e9);
  }

  /**
   * Runs the seed and writes every message that arrives and every event that roles tell to {@code
   * to}: to see what happened, and to find where two runs part.
   */
  public static SimResult runTracing(long seed, SimOptions options, Consumer<String> to) {
    Simulation simulation = new Simulation(seed, options);
    SimWorld world = simulation.world;
    world
        .network()
        .setListener(
            (number, from, target, isReply, message) ->
                to.accept(
                    String.format(
                        Locale.ROOT,
                        "%13.6f %d %s %s %s %s",
                        world.nowNanos() / 1e9,
                        number,
                        from,
                        isReply ? "=>" : "->",
                        target,
                        message)));
    world.setTraceListener(
        (who, name, keysAndValues) -> {
          simulation.onTraced(who, name, keysAndValues);
          to.accept(
              String.format(
                  Locale.ROOT,
                  "%13.6f %s %s %s",
                  world.nowNanos() / 1e9,
                  who,
                  name,
                  Arrays.toString(keysAndValues)));
        });
    return simulation.run();
  }

  /** The result of a run that threw what it should have caught: a bug of the simulator itself. */
  static SimResult brokenDown(long seed, SimOptions options, Throwable cause) {
    Simulation simulation = new Simulation(seed, options);
    simulation.failureKind = FailureKind.BROKE_DOWN;
    return simulation.result("the simulator broke down: " + cause);
  }

  /** What is drawn from a seed, for people, before it is run. */
  public static List<String> describe(long seed, SimOptions options) {
    return new Simulation(seed, options).describe();
  }

  private List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + seed + ", " + options);
    lines.add(plan.toString());
    lines.add(faultPlan.toString());
    lines.add(world.conditions().toString());
    return lines;
  }

  /** Some of the workloads, in an order and with shares of the key space that are drawn. */
  private static List<Workload> drawWorkloads(SeededRandom random) {
    List<Function<KeySpace, Workload>> makers = new ArrayList<>();
    int nodes = random.nextInt(3, 30);
    int keys = random.nextInt(4, 60);
    makers.add(space -> new CycleWorkload(space, nodes));
    makers.add(CounterLogWorkload::new);
    makers.add(AppendWorkload::new);
    makers.add(RegisterWorkload::new);
    makers.add(space -> new SerializabilityWorkload(space, keys));
    for (int i = makers.size() - 1; i > 0; i--) {
      Function<KeySpace, Workload> swapped = makers.get(i);
      int other = random.nextInt(i + 1);
      makers.set(i, makers.get(other));
      makers.set(other, swapped);
    }
    TreeSet<Integer> cuts = new TreeSet<>();
    while (cuts.size() < makers.size() - 1) {
      int cut = random.nextInt(4, 0xff - 4);
      if (cuts.subSet(cut - 4, cut + 4).isEmpty()) {
        cuts.add(cut);
      }
    }
    List<Workload> drawn = new ArrayList<>();
    int first = 0;
    for (Function<KeySpace, Workload> maker : makers) {
      Integer end = cuts.isEmpty() ? Integer.valueOf(0xff) : cuts.pollFirst();
      drawn.add(maker.apply(new KeySpace(first, end)));
      first = end;
    }
    return drawn;
  }

  private void onTraced(String who, String name, Object[] keysAndValues) {
    if (name.equals("ViewPublished") && keysAndValues.length > 1) {
      epochs.add((Long) keysAndValues[1]);
    }
  }

  private void onDeath(SimProcess process) {
    clients.onDeath(process);
    faults.onDeath(process);
  }

  private void reboot(String process) {
    if (world.process(process) != null) {
      return;
    }
    if (SimClients.isClient(process)) {
      clients.boot(process);
      return;
    }
    for (int i = 0; i < cluster.machines(); i++) {
      if (SimCluster.processName(i).equals(process)) {
        cluster.boot(i);
      }
    }
  }

  private SimResult run() {
    String failure = null;
    try {
      failure = phases();
    } catch (SimulationFailed e) {
      failureKind = FailureKind.STOOD_STILL;
      failure = e.getMessage();
    } finally {
      cluster.giveBack();
    }
    if (world.failure() != null) {
      failureKind = FailureKind.CRASHED;
      failure = world.failure().toString();
    }
    return result(failure);
  }

  /** The run is over: what its message says is wrong. */
  private static final class SimulationFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimulationFailed(String message) {
      super(message, null, false, false);
    }
  }

  private String phases() {
    boot();
    for (Workload workload : workloads) {
      await("the setup of " + workload.name(), convergenceNanos(), workload::setup);
    }
    long begun = world.nowNanos();
    clients.start();
    faults.start();
    advance(options.busySeconds() * SECOND);
    busyNanos = world.nowNanos() - begun;
    heal();
    String failure = check();
    if (failure != null) {
      failureKind = FailureKind.WRONG_ANSWER;
      return failure;
    }
    rest();
    addFinalData();
    failure = didTooLittle();
    failureKind = failure == null ? null : FailureKind.STOOD_STILL;
    return failure;
  }

  private void boot() {
    for (int i = 0; i < cluster.machines(); i++) {
      cluster.boot(i);
    }
    for (int i = 0; i < plan.clients(); i++) {
      clients.boot(SimClients.processName(i));
    }
    advance(SECOND);
  }

  private void heal() {
    faults.stop();
    world.setFaultPointsEnabled(false);
    world.network().heal();
    world.traceWorld("Healing");
    clients.stop();
    for (int i = 0; i < cluster.machines(); i++) {
      reboot(SimCluster.processName(i));
    }
    for (int i = 0; i < plan.clients(); i++) {
      reboot(SimClients.processName(i));
    }
    long deadline = world.nowNanos() + convergenceNanos();
    // At least once: what was just booted is there only then.
    advance(STEP_NANOS);
    while (!clients.stepsUnderWay().isEmpty()) {
      if (world.nowNanos() > deadline) {
        throw new SimulationFailed("no convergence: " + clients.stepsUnderWay() + " still go on");
      }
      advance(STEP_NANOS);
    }
  }

  /**
   * After faults stop everything that was begun ends within this time: what is held up arrives and
   * what is lost is noticed; two attempts at a recovery fail at their limits and the third does
   * not; clients wait for a view, and for the longest request before, during and after a fence.
   */
  private long convergenceNanos() {
    long network =
        world.conditions().network().latencyMax()
            + faultPlan.clogNanosMax()
            + faultPlan.partitionNanosMax()
            + SECOND;
    long disks = 20 * world.conditions().disk().stallMax();
    long recovery =
        plan.controller().silenceNanos()
            + plan.controller().recruitNanos()
            + plan.controller().viewPollNanos();
    long client = plan.database().requestTimeoutMillis() * 1_000_000 + 2 * SECOND;
    return network + disks + faultPlan.pauseNanosMax() + 3 * recovery + 6 * client;
  }

  /** What was committed is stored everywhere, and old generations of the log are gone. */
  private void rest() {
    ClusterProbe[] probe = new ClusterProbe[1];
    world.boot(
        world.machine("machine of the probe"),
        ClusterProbe.PROCESS,
        process -> {
          probe[0] =
              new ClusterProbe(
                  process.host("probe", ClusterProbe.ENDPOINT, ""),
                  SimCluster.controller(),
                  lastCommitted());
          process.start(ClusterProbe.ENDPOINT, probe[0]);
        });
    advance(STEP_NANOS);
    long deadline = world.nowNanos() + restNanos();
    String unrest = probe[0].unrest();
    while (unrest != null) {
      if (world.nowNanos() > deadline) {
        throw new SimulationFailed("no rest: " + unrest);
      }
      advance(STEP_NANOS);
      unrest = probe[0].unrest();
    }
  }

  private long lastCommitted() {
    long last = 0;
    for (Workload workload : workloads) {
      last = Math.max(last, workload.counts().lastCommittedVersion());
    }
    return last;
  }

  /** Idle pushes go on for a window and two seconds; then one step and one flush store the rest. */
  private long restNanos() {
    return 2 * plan.configuration().windowVersions() * 1_000
        + 2 * plan.roles().commitProxy().idlePushIntervalNanos()
        + 4 * plan.roles().storageServer().storedStepNanos()
        + 2 * plan.roles().storageServer().flushNanos()
        + 4 * plan.controller().drainNanos()
        + convergenceNanos();
  }

  private String check() {
    for (Workload workload : workloads) {
      Violations violations =
          await("the check of " + workload.name(), convergenceNanos(), workload::check);
      if (!violations.isEmpty()) {
        return workload.name() + ": " + violations;
      }
    }
    return null;
  }

  private void addFinalData() {
    List<io.ashlar.client.KeyValue> rows =
        await(
            "the final read",
            convergenceNanos(),
            client ->
                client.patiently(
                    transaction ->
                        transaction
                            .getRange(Keys.FIRST.toArray(), Keys.USER_END.toArray())
                            .asList()));
    for (io.ashlar.client.KeyValue row : rows) {
      KeyValue core = new KeyValue(Bytes.wrap(row.getKey()), Bytes.wrap(row.getValue()));
      world.digest().add(core.key());
      world.digest().add(core.value());
    }
  }

  private String didTooLittle() {
    long committed = 0;
    for (Workload workload : workloads) {
      committed += workload.counts().committed();
    }
    return committed >= options.commitsMin()
        ? null
        : "only " + committed + " transactions were committed";
  }

  /** Runs the world until the future that {@code begin} gives has ended. */
  private <T> T await(
      String what, long boundNanos, Function<SimClient, ? extends CompletableFuture<T>> begin) {
    List<CompletableFuture<T>> begun = new ArrayList<>();
    SimClient client = clients.any();
    client.process().userExecutor().execute(() -> begun.add(begin.apply(client)));
    long deadline = world.nowNanos() + boundNanos;
    while (begun.isEmpty() || !begun.get(0).isDone()) {
      if (world.nowNanos() > deadline) {
        throw new SimulationFailed(what + " did not end");
      }
      advance(STEP_NANOS);
    }
    try {
      return begun.get(0).join();
    } catch (RuntimeException e) {
      throw new SimulationFailed(what + " failed: " + e);
    }
  }

  private void advance(long nanos) {
    world.runFor(nanos);
    if (world.failure() != null) {
      throw new SimulationFailed(world.failure().toString());
    }
    long seconds = 60 + world.nowNanos() / SECOND;
    if (world.eventsRun() > seconds * EVENTS_PER_SECOND_MAX) {
      throw new SimulationFailed("too many events: " + world.eventsRun());
    }
  }

  private SimResult result(String failure) {
    Map<String, Map<String, Long>> byWorkload = new TreeMap<>();
    long committed = 0;
    long conflicts = 0;
    long unknown = 0;
    for (Workload workload : workloads) {
      WorkloadCounts counts = workload.counts();
      Map<String, Long> told = new TreeMap<>(counts.errors());
      told.put("committed", counts.committed());
      told.put("readOnly", counts.readOnly());
      byWorkload.put(workload.name(), told);
      committed += counts.committed();
      unknown += counts.unknown();
      conflicts += counts.errors().getOrDefault("not_committed", 0L);
    }
    Map<String, Long> faultCounts = new TreeMap<>(world.counts());
    world.faultPointsFired().forEach((point, count) -> faultCounts.put("point " + point, count));
    return new SimResult(
        seed,
        failure == null,
        world.digest().hex(),
        world.nowNanos() / 1e9,
        busyNanos / 1e9,
        0,
        world.eventsRun(),
        committed,
        conflicts,
        unknown,
        plan.counts(),
        byWorkload,
        faultCounts,
        epochs.size(),
        new TreeMap<>(world.probes()),
        describe(),
        failureKind,
        failure,
        failure == null ? List.of() : world.traceLines(),
        replay());
  }

  private String replay() {
    StringBuilder command = new StringBuilder("./ashlar sim --seed " + seed);
    if (options.busySeconds() != SimOptions.defaults().busySeconds()) {
      command.append(" --seconds ").append(options.busySeconds());
    }
    if (!options.faults()) {
      command.append(" --no-faults");
    }
    return command.toString();
  }
}
