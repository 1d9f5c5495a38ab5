package io.ashlar.simulation;

import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.SuppressForbidden;
import io.ashlar.message.ClusterView;
import io.ashlar.simulation.check.ReplicaChecker;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.diagnosis.Recording;
import io.ashlar.simulation.diagnosis.Words;
import io.ashlar.simulation.faults.FaultDriver;
import io.ashlar.simulation.workload.SimClient;
import io.ashlar.simulation.workload.Workload;
import io.ashlar.simulation.workload.WorkloadCounts;
import io.ashlar.simulation.workload.Workloads;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.TraceLines;
import java.util.ArrayList;
import java.util.List;
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
  /** Each workload commits this part of what all must commit at least, or it does nothing. */
  private static final long SHARE_OF_COMMITS = 100;

  /** Epochs may end in the first of these rests; there is nothing that would end another. */
  private static final int RESTS_MAX = 4;

  /** What is compared at rest, beside the workloads: a name of its own in results and failures. */
  static final String REPLICAS = "replicas";

  /** What runs are counted as whose clients had to go on when faults had ended. */
  private static final String WORKED_ON = "work without faults";

  private final long seed;
  private final SimOptions options;
  private final List<Workload> workloads;
  private final ClusterRun run;
  private final RestAudit audit;
  private SimClients clients;
  private final SimWorld world;
  private final TreeSet<Long> epochs = new TreeSet<>();
  private long busyNanos;
  private FailureKind failureKind;

  /** Looked at by threads that tell people of it; it decides nothing. */
  private volatile String phase = "";

  private Simulation(long seed, SimOptions options) {
    this.seed = seed;
    this.options = options;
    workloads =
        Workloads.draw(
            new SeededRandom(seed).fork("workloads"),
            options.workloads()::includes,
            options.workloads().isListed());
    run =
        new ClusterRun(
            seed,
            options,
            workloads.size(),
            (world, plan) -> {
              clients = new SimClients(world, plan, workloads, options.stepsMax());
              return clients;
            });
    audit = new RestAudit(run);
    world = run.world();
    world.addTraceListener(this::onTraced);
  }

  /** Runs the seed to its end. */
  public static SimResult run(long seed, SimOptions options) {
    return run(seed, options, simulation -> {});
  }

  /**
   * Runs the seed to its end, and before it begins shows it to someone who may add listeners. With
   * them it does the same as without.
   */
  @SuppressForbidden("how long the run took is told to people and decides nothing")
  static SimResult run(long seed, SimOptions options, Consumer<Simulation> watcher) {
    long begun = System.nanoTime();
    Simulation simulation = new Simulation(seed, options);
    watcher.accept(simulation);
    SimResult result = simulation.run();
    return result.withWallSeconds((System.nanoTime() - begun) / 1e9);
  }

  /**
   * Runs the seed and writes every message that arrives and every event that roles and the world
   * tell to {@code to}, one line each: to see what happened, and to find where two runs part.
   */
  public static SimResult runTracing(long seed, SimOptions options, Consumer<String> to) {
    return run(seed, options, simulation -> TraceLines.write(simulation.world, to));
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
    lines.add("seed " + seed + ": " + options);
    lines.addAll(run.describe());
    lines.add(run.plan().describeClients());
    lines.add("workloads: " + Words.list(workloads.stream().map(Workload::name).toList()));
    return lines;
  }

  SimWorld world() {
    return world;
  }

  /** Which part of it is under way; for any thread. */
  String phase() {
    return phase;
  }

  /** How transactions ended up to now. */
  Recording.Counts counts() {
    long committed = 0;
    long conflicts = 0;
    long unknown = 0;
    for (Workload workload : workloads) {
      committed += workload.counts().committed();
      conflicts += workload.counts().conflicts();
      unknown += workload.counts().unknown();
    }
    return new Recording.Counts(committed, conflicts, unknown);
  }

  /** Steps that clients have begun up to now. */
  long stepsBegun() {
    return clients.stepsBegun();
  }

  /** The occurrences of faults up to now that were not left out. */
  List<FaultDriver.Happened> faultsHappened() {
    return run.faultsHappened();
  }

  private void onTraced(String who, String name, Object[] keysAndValues) {
    if (name.equals("ViewPublished") && keysAndValues.length > 1) {
      epochs.add((Long) keysAndValues[1]);
    }
  }

  private SimResult run() {
    String failure = null;
    try {
      failure = phases();
    } catch (ClusterRun.Failed e) {
      failureKind = FailureKind.STOOD_STILL;
      failure = e.getMessage();
    } finally {
      run.giveBack();
    }
    if (run.violation() != null) {
      failureKind = FailureKind.WRONG_ANSWER;
      failure = run.violation();
    } else if (world.failure() != null) {
      failureKind = FailureKind.CRASHED;
      failure = world.failure().toString();
    }
    return result(failure);
  }

  private String phases() {
    begin("boot and setup");
    run.boot();
    for (Workload workload : workloads) {
      await("the setup of " + workload.name(), workload::setup);
    }
    begin("work and faults");
    long begun = world.nowNanos();
    run.startWorkAndFaults();
    run.advance(options.busySeconds() * ClusterRun.SECOND);
    busyNanos = world.nowNanos() - begun;
    if (didTooLittle() != null && options.stepsMax() == SimOptions.defaults().stepsMax()) {
      workOn();
    }
    begin("healing");
    run.heal();
    String failure = checkAll();
    if (failure != null) {
      failureKind = FailureKind.WRONG_ANSWER;
      return failure;
    }
    failure = didTooLittle();
    failureKind = failure == null ? null : FailureKind.STOOD_STILL;
    return failure;
  }

  /**
   * Faults have left little time, so clients go on without them for as long again at most: a
   * database that has become available must do work, and a run without work shows nothing.
   */
  private void workOn() {
    begin("work without faults");
    world.count(WORKED_ON);
    run.easeFaults();
    long deadline =
        world.nowNanos() + run.toConverge().nanos() + options.busySeconds() * ClusterRun.SECOND;
    while (didTooLittle() != null && world.nowNanos() < deadline) {
      run.advance(ClusterRun.STEP_NANOS);
    }
  }

  private void begin(String name) {
    phase = name;
    world.traceWorld("Phase", "name", name);
  }

  /**
   * Lets a client begin something, and runs the world until the future that {@code begin} gives has
   * ended: at most as long as everything may take when faults have ended.
   */
  private <T> T await(String what, Function<SimClient, ? extends CompletableFuture<T>> begin) {
    List<CompletableFuture<T>> begun = new ArrayList<>();
    SimClient client = clients.any();
    client.surroundings().executor().execute(() -> begun.add(begin.apply(client)));
    long deadline = world.nowNanos() + run.toConverge().nanos();
    while (begun.isEmpty() || !begun.get(0).isDone()) {
      if (world.nowNanos() > deadline) {
        throw new ClusterRun.Failed(what + " did not end");
      }
      run.advance(ClusterRun.STEP_NANOS);
    }
    try {
      return begun.get(0).join();
    } catch (RuntimeException e) {
      throw new ClusterRun.Failed(what + " failed: " + e);
    }
  }

  private long lastCommitted() {
    long last = 0;
    for (Workload workload : workloads) {
      last = Math.max(last, workload.counts().lastCommittedVersion());
    }
    return last;
  }

  private String checkAll() {
    begin("checks");
    Violations tails = audit.tails(lastCommitted());
    if (!tails.isEmpty()) {
      return REPLICAS + ": " + tails;
    }
    String failure = check();
    if (failure != null) {
      return failure;
    }
    begin("rest");
    long last = await("the last commit", RestAudit::lastCommit);
    List<KeyValue> read = await("the final read", RestAudit::readAll);
    for (int i = 0; i < RESTS_MAX; i++) {
      Placement placement = run.placement(read);
      ClusterView view = run.rest(last, placement);
      List<ReplicaChecker.Engine> engines = audit.engines(view);
      List<KeyValue> again = await("the final read", RestAudit::readAll);
      if (again.equals(read)) {
        addToDigest(read);
        long ids = read.stream().filter(row -> IdempotencyIds.ROWS.contains(row.key())).count();
        if (ids > 0) {
          return REPLICAS + ": " + Words.count((int) ids, "idempotency id") + " left at rest";
        }
        Violations misplaced = placement.check(view);
        if (!misplaced.isEmpty()) {
          return REPLICAS + ": " + misplaced;
        }
        Violations different = audit.compare(read, engines);
        return different.isEmpty() ? null : REPLICAS + ": " + different;
      }
      // An epoch has ended meanwhile: its recovery has written the time of the store anew.
      read = again;
    }
    throw new ClusterRun.Failed("what is read at rest goes on changing");
  }

  private String check() {
    for (Workload workload : workloads) {
      Violations violations = await("the check of " + workload.name(), workload::check);
      if (!violations.isEmpty()) {
        return workload.name() + ": " + violations;
      }
    }
    return null;
  }

  private void addToDigest(List<KeyValue> rows) {
    for (KeyValue row : rows) {
      world.digest().add(row.key());
      world.digest().add(row.value());
    }
  }

  private String didTooLittle() {
    long committed = counts().committed();
    if (committed < options.commitsMin()) {
      return "only " + committed + " transactions were committed";
    }
    for (Workload workload : workloads) {
      long own = workload.counts().committed();
      if (own < (options.commitsMin() + SHARE_OF_COMMITS - 1) / SHARE_OF_COMMITS) {
        return "only " + own + " transactions of " + workload.name() + " were committed";
      }
    }
    return null;
  }

  private SimResult result(String failure) {
    Map<String, Map<String, Long>> byWorkload = new TreeMap<>();
    for (Workload workload : workloads) {
      WorkloadCounts counts = workload.counts();
      Map<String, Long> told = new TreeMap<>(counts.errors());
      told.put("committed", counts.committed());
      told.put("readOnly", counts.readOnly());
      told.putAll(counts.others());
      byWorkload.put(workload.name(), told);
      clients.shapes().countUnknown(counts.unknownCommitted(), counts.unknownNotCommitted());
    }
    Recording.Counts all = counts();
    Map<String, Long> probes = new TreeMap<>(world.probes());
    probes.putAll(clients.shapes().counts());
    byWorkload.put(REPLICAS, audit.counts());
    Map<String, Long> faultCounts = new TreeMap<>(world.counts());
    world
        .faultPointsFired()
        .forEach((point, count) -> faultCounts.put(Coverage.POINT + point, count));
    return new SimResult(
        seed,
        failure == null,
        world.digest().hex(),
        world.nowNanos() / 1e9,
        busyNanos / 1e9,
        0,
        world.eventsRun(),
        all.committed(),
        all.conflicts(),
        all.unknown(),
        run.plan().counts(),
        byWorkload,
        faultCounts,
        epochs.size(),
        probes,
        describe(),
        failureKind,
        failure,
        failure == null ? List.of() : world.traceLines(),
        replay());
  }

  private String replay() {
    return "./ashlar sim --seed " + seed + options.arguments();
  }
}
