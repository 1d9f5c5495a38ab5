package io.ashlar.simulation;

import io.ashlar.core.AshlarException;
import io.ashlar.simulation.diagnosis.Moment;
import io.ashlar.simulation.diagnosis.Recording;
import io.ashlar.simulation.diagnosis.RunReport;
import io.ashlar.simulation.diagnosis.Timeline;
import io.ashlar.simulation.faults.FaultKinds;
import io.ashlar.simulation.program.ProgramThreads;
import io.ashlar.simulation.program.ThreadBlocked;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.TraceLines;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A run of users' code on a simulated cluster: the code waits for the database as it would in
 * production, in threads of which one runs at a time, and the same seed gives the same run. What
 * the JUnit extension uses; for one thread.
 *
 * <ol>
 *   <li>{@link #boot}: the cluster is there, and nothing goes wrong yet.
 *   <li>{@link #run} runs code in the first client; what comes before {@link #beginFaults} is left
 *       in peace.
 *   <li>Faults go on until their time is over, or until the code stops them; {@link #finish} waits
 *       for all programs that were spawned, and then ends them. Code that is called afterwards sees
 *       a cluster that is healing.
 *   <li>{@link #close} ends every thread.
 * </ol>
 */
public final class SimulatedRun implements AutoCloseable {
  private static final Duration RETRY = Duration.ofMillis(100);

  private final long seed;
  private final SimulatedRunOptions options;
  private final ClusterRun run;
  private final SimWorld world;
  private final AnsweredCommits commits = new AnsweredCommits();
  private final Recording recording;
  private ProgramThreads threads;
  private ProgramClients clients;
  private Handle handle;
  private boolean faultsOver;
  private long faultsOverNanos;

  private SimulatedRun(long seed, SimulatedRunOptions options) {
    this.seed = seed;
    this.options = options;
    SimOptions simulation =
        SimOptions.defaults()
            .withBusySeconds(options.busySeconds())
            .withFaults(options.faults())
            .withFaultFactor(options.faultFactor());
    run = new ClusterRun(seed, simulation, 1, this::makeClients);
    world = run.world();
    world.addTraceListener(commits);
    world.network().addListener(commits);
    recording = Recording.of(world, commits::counts);
  }

  private ClusterClients makeClients(SimWorld made, ClusterPlan plan) {
    threads = new ProgramThreads(made, options.blockedSecondsMax() * ClusterRun.SECOND);
    // What a run draws for its own clients may time transactions out, which no default does.
    clients =
        new ProgramClients(
            made,
            threads,
            plan.coordinatorSet(),
            plan.database().withTransactionTimeoutMillis(0),
            options.clients());
    return clients;
  }

  /**
   * Boots a cluster and its clients.
   *
   * @throws SimulatedRunFailed when the cluster does not come up
   */
  public static SimulatedRun boot(long seed, SimulatedRunOptions options) {
    SimulatedRun made = new SimulatedRun(seed, options);
    made.threads.drive();
    try {
      made.run.boot();
    } catch (ClusterRun.Failed e) {
      SimulatedRunFailed failed = made.failed(e);
      made.close();
      throw failed;
    }
    made.handle = made.new Handle();
    made.world.traceWorld("Phase", "name", "peace");
    return made;
  }

  /** For the code that runs in it. */
  public Simulated simulated() {
    return handle;
  }

  /** Faults begin, and end by themselves when their time is over. */
  public void beginFaults() {
    threads.drive();
    world.traceWorld("Phase", "name", "faults");
    run.startWorkAndFaults();
    world.after(options.busySeconds() * ClusterRun.SECOND, this::endFaults);
  }

  /** Faults end, and all that is down boots again; the time for work is over. */
  public void endFaults() {
    if (!faultsOver) {
      faultsOver = true;
      faultsOverNanos = world.nowNanos();
      world.traceWorld("Phase", "name", "healing");
      run.endFaults();
    }
  }

  /** What is run in a client. */
  public interface Code {
    void run() throws Throwable;
  }

  /**
   * Runs {@code code} in the first client until it returns.
   *
   * @param label for people
   * @throws Throwable what {@code code} throws, or what a spawned program threw meanwhile
   * @throws SimulatedRunFailed for everything else that ends the run
   */
  public void run(String label, Code code) throws Throwable {
    boolean[] ended = new boolean[1];
    Throwable[] thrown = new Throwable[1];
    ConnectedClient client = clients.lasting(0);
    client
        .process()
        .userExecutor()
        .execute(
            () ->
                threads.run(
                    client.process(),
                    label,
                    () -> {
                      try {
                        code.run();
                      } catch (Throwable e) {
                        // Carried over to the caller's thread, which throws it below.
                        thrown[0] = e;
                      }
                      ended[0] = true;
                    }));
    drive(() -> ended[0]);
    if (thrown[0] != null) {
      throw thrown[0];
    }
  }

  /**
   * Runs until every program that was spawned has returned, and ends the faults.
   *
   * @throws Throwable what a program threw
   * @throws SimulatedRunFailed for everything else that ends the run
   */
  public void finish() throws Throwable {
    drive(clients::allDone);
    endFaults();
  }

  private void drive(BooleanSupplier isDone) throws Throwable {
    threads.drive();
    long begun = world.nowNanos();
    while (!isDone.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new SimulatedRunFailed(
            "the test was interrupted. Where it stands:\n  "
                + String.join("\n  ", threads.describe()),
            null);
      }
      try {
        run.advance(ClusterRun.STEP_NANOS);
      } catch (ClusterRun.Failed e) {
        throw failed(e);
      }
      if (threads.intruder() != null) {
        throw new SimulatedRunFailed(threads.intruder().getMessage(), threads.intruder());
      }
      ProgramClients.Thrown thrown = clients.thrown();
      if (thrown != null) {
        world.traceWorld("ProgramFailed", "program", thrown.program());
        throw thrown.cause();
      }
      expectInTime(begun);
    }
  }

  private void expectInTime(long begun) {
    long since = Math.max(begun, faultsOverNanos);
    boolean late = world.nowNanos() - since > options.calmSecondsMax() * ClusterRun.SECOND;
    if (faultsOver && late) {
      throw new SimulatedRunFailed(
          "it has not come to its end within "
              + options.calmSecondsMax()
              + " virtual seconds without faults (calmSecondsMax). Where it stands:\n  "
              + String.join("\n  ", threads.describe()),
          null);
    }
  }

  private SimulatedRunFailed failed(ClusterRun.Failed e) {
    if (world.failure() == null) {
      return new SimulatedRunFailed(e.getMessage(), null);
    }
    Throwable cause = world.failure().cause();
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (cause instanceof ThreadBlocked) {
      // Its message has the place in the user's code; its own stack is the simulator's.
      return new SimulatedRunFailed(message, null);
    }
    boolean ofProgram = SimClients.isClient(world.failure().process());
    return new SimulatedRunFailed(
        ofProgram ? message : "the store itself failed: " + world.failure(), cause);
  }

  /** Gives every event from now on to {@code to}, a line each. */
  public void traceTo(Consumer<String> to) {
    TraceLines.write(world, to);
  }

  /** What was drawn for the run, for people. */
  public List<String> describe() {
    return run.describe();
  }

  /** How often each kind of fault has met something to harm up to now; those that never did not. */
  public Map<String, Long> faults() {
    Map<String, Long> happened = new LinkedHashMap<>();
    for (String kind : FaultKinds.happeningNames()) {
      long count = world.counts().getOrDefault(kind, 0L);
      if (count > 0) {
        happened.put(kind, count);
      }
    }
    return happened;
  }

  /** What a person wants to hear of what happened up to now, in sentences, oldest first. */
  public List<String> moments() {
    return recording.moments().stream()
        .filter(moment -> !moment.kind().equals("phase"))
        .map(Moment::toString)
        .toList();
  }

  /**
   * The course of the run as a page that needs no other file. Ends it: nothing is run afterwards.
   *
   * @param title in a few words
   * @param failure what was wrong
   * @param replay the command that does it again
   */
  public String page(String title, String failure, String replay) {
    recording.end(failure);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("virtual seconds", String.format(Locale.ROOT, "%.1f", world.nowNanos() / 1e9));
    facts.put("events", String.format(Locale.ROOT, "%,d", world.eventsRun()));
    facts.put(
        "transactions committed", String.format(Locale.ROOT, "%,d", commits.counts().committed()));
    return Timeline.page(
        new RunReport(
            title,
            "failed",
            false,
            failure,
            replay,
            facts,
            new TreeMap<>(world.counts()),
            describe(),
            trace()),
        recording);
  }

  /** The last events, oldest first. */
  public List<String> trace() {
    return world.traceLines();
  }

  /** Of all messages delivered and events run so far: equal for equal runs. */
  public String digest() {
    return world.digest().hex() + "-" + world.eventsRun();
  }

  /** Ends all programs and their threads. */
  @Override
  public void close() {
    try {
      threads.close();
    } finally {
      run.giveBack();
    }
  }

  /** The test's own client, and the run as its code sees it. */
  private final class Handle implements Simulated, SimulatedFaults {
    private final ConnectedClient own = clients.lasting(0);

    @Override
    public long seed() {
      return seed;
    }

    @Override
    public Duration now() {
      return Duration.ofNanos(world.nowNanos());
    }

    @Override
    public List<SimulatedClient> clients() {
      return clients.allLasting();
    }

    @Override
    public <T> SimulatedProgram<T> spawn(String name, ClientProgram<T> program) {
      return clients.spawn(name, program);
    }

    @Override
    public SimulatedFaults faults() {
      return this;
    }

    @Override
    public boolean goOn() {
      return !faultsOver;
    }

    @Override
    public void stop() {
      endFaults();
    }

    @Override
    public void heal() {
      stop();
      own.database().read(transaction -> transaction.getReadVersion().join());
    }

    @Override
    public void eventually(String what, Runnable check) {
      long begun = world.nowNanos();
      while (true) {
        try {
          check.run();
          return;
        } catch (AssertionError | AshlarException e) {
          long since = Math.max(begun, faultsOverNanos);
          if (faultsOver && world.nowNanos() - since > run.toConverge().nanos()) {
            throw new AssertionError(
                what
                    + ": not within "
                    + (world.nowNanos() - since) / 1_000_000 / 1e3
                    + " virtual seconds without faults; at last "
                    + e.getMessage(),
                e);
          }
        }
        sleep(RETRY);
      }
    }

    @Override
    public String name() {
      return own.name();
    }

    @Override
    public io.ashlar.client.Database database() {
      return own.database();
    }

    @Override
    public java.util.random.RandomGenerator random() {
      return own.random();
    }

    @Override
    public void sleep(Duration duration) {
      own.sleep(duration);
    }

    @Override
    public boolean isBusy() {
      return own.isBusy();
    }

    @Override
    public int starts() {
      return own.starts();
    }

    @Override
    public void note(String text) {
      own.note(text);
    }
  }
}
