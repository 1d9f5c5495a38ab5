package io.ashlar.server.bench;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.SeededRandom;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.LocalNode;
import io.ashlar.embedded.NodeOptions;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.Stores;
import io.ashlar.server.Trees;
import io.ashlar.server.demo.KillRound;
import io.ashlar.server.demo.Scans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ashlar bench}. */
@Command(
    name = "bench",
    subcommands = {TableCommand.class, IndexCommand.class},
    mixinStandardHelpOptions = true,
    description = {
      "Measures a store on this machine, embedded and over TCP.",
      "Every operation is a transaction of its own with its own strict read version, on keys drawn"
          + " uniformly from all; afterwards a process is killed in the middle of its commits and"
          + " everything is counted."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final long SEED = 20_260_101;
  private static final int COMMITS_BEFORE_KILL = 2_000;

  /**
   * With fewer keys a figure says little: they fit into caches that a service's do not fit into.
   */
  private static final long PUBLISHABLE_KEYS_MIN = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints one JSON object at the end, and nothing else.")
  private boolean json;

  @Option(
      names = "--target",
      paramLabel = "T",
      split = ",",
      defaultValue = "embedded,tcp",
      description = "What to measure: embedded, tcp. Default: both")
  private List<Target> targets;

  @Option(
      names = "--record",
      paramLabel = "R",
      split = ",",
      defaultValue = "default,small",
      description = "default (100 B keys, 1,000 B values), small (16 B, 100 B). Default: both")
  private List<RecordShape> records;

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Distinct keys. Default: 1,000,000; figures of fewer are not to be published")
  private long keys;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Seconds of each measurement, after a quarter of it to warm up. Default: 5")
  private double seconds;

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,64,512",
      description = "Operations under way at a time. Default: 1,64,512")
  private List<Integer> clients;

  @Option(
      names = "--ids",
      description =
          "Measures only what idempotency ids cost: durable writes with ids and without, by turns.")
  private boolean idsOnly;

  @Option(
      names = "--levels",
      description =
          "Measures only what weaker consistency saves: point reads at each level, by turns.")
  private boolean levelsOnly;

  @Override
  public Integer call() throws Exception {
    check(keys >= 1, "--keys: at least 1");
    check(isTurn(seconds), "--seconds: more than 0, and at most 86,400: a day");
    check(clients.stream().allMatch(count -> count >= 1), "--clients: at least 1 each");
    BenchReport report = new BenchReport(spec.commandLine().getOut(), json);
    Json environment = environment();
    report.say("%s", environment);
    if (!isPublishable()) {
      report.say("NOT TO BE PUBLISHED: fewer than %,d keys", PUBLISHABLE_KEYS_MIN);
    }
    Set<Target> chosen = EnumSet.copyOf(targets);
    for (RecordShape shape : EnumSet.copyOf(records)) {
      Path home = Files.createTempDirectory("ashlar-bench-");
      try {
        measure(shape, chosen, home, report);
      } finally {
        Trees.delete(home);
      }
    }
    report.end(environment);
    return report.isSound() ? ExitCodes.OK : ExitCodes.FAILED;
  }

  /** Whether a measurement can take so many seconds: nanoseconds of it are counted in a long. */
  static boolean isTurn(double seconds) {
    return seconds > 0 && seconds <= TimeUnit.DAYS.toSeconds(1);
  }

  private void check(boolean holds, String text) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), text);
    }
  }

  private boolean isPublishable() {
    return keys >= PUBLISHABLE_KEYS_MIN;
  }

  private Json environment() {
    Runtime machine = Runtime.getRuntime();
    return Json.object()
        .put("cores", machine.availableProcessors())
        .put("heapMegabytes", machine.maxMemory() >> 20)
        .put("java", Runtime.version().toString())
        .put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
        .put("revision", System.getProperty("ashlar.revision", "unknown"))
        .put("keys", keys)
        .put("publishable", isPublishable())
        .put("seconds", seconds)
        .put("note", "clients and store share the cores");
  }

  private void measure(RecordShape shape, Set<Target> chosen, Path home, BenchReport report)
      throws IOException, InterruptedException {
    Path directory = home.resolve("store");
    report.say("");
    report.say("%s: %s, %,d keys", shape.label(), shape, keys);
    load(shape, directory, report);
    if (chosen.contains(Target.EMBEDDED)) {
      try (LocalNode node = LocalNode.start(NodeOptions.on(directory));
          Database database = node.connect(DatabaseOptions.defaults());
          StatusProbe status = node.statusProbe()) {
        new Session(Target.EMBEDDED, shape, database, status, report).measureAll();
      }
    }
    if (chosen.contains(Target.TCP)) {
      try (ServedStore served = new ServedStore(directory, home);
          Database database = Stores.connect(served.clusterFile());
          StatusProbe status = StatusProbe.connect(ClusterFile.read(served.clusterFile()))) {
        new Session(Target.TCP, shape, database, status, report).measureAll();
      }
    }
    killAndCount(directory, home, report);
  }

  private void load(RecordShape shape, Path directory, BenchReport report)
      throws InterruptedException {
    try (Database database = Stores.open(directory)) {
      long begun = System.nanoTime();
      Workloads workloads = new Workloads(database, shape, keys);
      workloads.load(report.progress("loading", keys)::add);
      // Commits are durable before the storage server has them: it is loaded when it can be read.
      workloads.awaitFirstReadNanos();
      double loadSeconds = (System.nanoTime() - begun) / 1e9;
      report.say("loaded and readable in %.1f s: %,.0f keys/s", loadSeconds, keys / loadSeconds);
    }
  }

  /** All measurements of one store. */
  private final class Session {
    private final Target target;
    private final RecordShape shape;
    private final StatusProbe status;
    private final BenchReport report;
    private final Workloads workloads;

    Session(
        Target target,
        RecordShape shape,
        Database database,
        StatusProbe status,
        BenchReport report) {
      this.target = target;
      this.shape = shape;
      this.status = status;
      this.report = report;
      workloads = new Workloads(database, shape, keys);
    }

    void measureAll() throws InterruptedException {
      double millis = workloads.awaitFirstReadNanos() / 1e6;
      report.say("%s: the first read of the opened store took %.0f ms", target.label(), millis);
      if (levelsOnly) {
        measureLevels();
        return;
      }
      if (!idsOnly) {
        measureOperations();
      }
      IdCost ids = new IdCost(workloads, () -> ofLogServers("bytes-pushed"), seconds, SEED);
      for (int count : clients) {
        report.measuring(target, "idempotency ids", count);
        report.measured(target, shape, ids.measure(count));
      }
    }

    private void measureLevels() throws InterruptedException {
      LevelGain levels = new LevelGain(workloads, seconds, SEED);
      for (int count : clients) {
        report.measuring(target, "levels of consistency", count);
        report.measured(target, shape, levels.measure(count));
      }
    }

    private void measureOperations() throws InterruptedException {
      measure("read 1", 1, workloads::read);
      measure("read 10", 10, workloads::readTen);
      measure("write 1, durable", 0, workloads::write);
      measure("read-modify-write", 1, workloads::readModifyWrite);
      measure("mix 80:20", 0, random -> workloads.mixed(random, 20));
      measure("mix 90:10", 0, random -> workloads.mixed(random, 10));
    }

    private void measure(
        String name, int readsEach, Function<SeededRandom, CompletableFuture<?>> operation)
        throws InterruptedException {
      for (int count : clients) {
        report.measuring(target, name, count);
        long syncsBefore = syncs();
        long commitsBefore = workloads.commits();
        ClosedLoop.Measurement measured =
            ClosedLoop.run(name, count, seconds / 4, seconds, SEED, operation);
        long commits = workloads.commits() - commitsBefore;
        report.measured(
            target, shape, measured, readsEach, new Synced(commits, syncs() - syncsBefore));
      }
    }

    /** Syncs that the log servers have done since they were started. */
    private long syncs() {
      return ofLogServers("syncs");
    }

    /** A figure of the log servers' status, their sum. */
    private long ofLogServers(String name) {
      long sum = 0;
      for (RoleStatus logServer : status.logServers().join()) {
        for (StatusField field : logServer.fields()) {
          if (field.name().equals(name)) {
            sum += Long.parseLong(field.value());
          }
        }
      }
      if (sum == 0) {
        throw new CommandFailedException("the log servers do not tell " + name);
      }
      return sum;
    }
  }

  /** A run whose store loses something has measured nothing. */
  private void killAndCount(Path directory, Path home, BenchReport report)
      throws IOException, InterruptedException {
    KillRound kill = new KillRound(1);
    kill.killAfter(COMMITS_BEFORE_KILL, directory, home);
    try (Database database = Stores.open(directory)) {
      KillRound.Outcome outcome = kill.check(database);
      report.checked(
          outcome.lost() == 0 && outcome.invented() == 0 && !outcome.torn(),
          "after SIGKILL all %,d acknowledged transactions are there, %d of %d in flight too",
          outcome.acknowledged(),
          outcome.survived(),
          outcome.inFlight());
      // Loaded keys begin with a hexadecimal digit, the ledger's with a letter behind them.
      long found = Scans.count(database, new byte[0], new byte[] {'g'});
      report.checked(found == keys, "all %,d keys are there: %,d counted", keys, found);
    }
  }
}
