package io.ashlar.server.bench;

import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.Stores;
import io.ashlar.server.Trees;
import io.ashlar.server.demo.KillRound;
import io.ashlar.server.demo.Scans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar bench}. */
@Command(
    name = "bench",
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

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Prints one JSON object at the end, and nothing else.")
  private boolean json;

  @Option(
      names = "--target",
      paramLabel = "T",
      split = ",",
      defaultValue = "embedded,tcp",
      description = "What to measure: embedded, tcp. Default: both")
  private List<String> targets;

  @Option(
      names = "--record",
      paramLabel = "R",
      split = ",",
      defaultValue = "default,small",
      description = "default (100 B keys, 1,000 B values), small (16 B, 100 B). Default: both")
  private List<String> records;

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Distinct keys. Default: 1,000,000")
  private long keys;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "8",
      description = "Seconds of each measurement, after a quarter of it to warm up. Default: 8")
  private double seconds;

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,64,512",
      description = "Operations under way at a time. Default: 1,64,512")
  private List<Integer> clients;

  @Override
  public Integer call() throws Exception {
    BenchReport report = new BenchReport(spec.commandLine().getOut(), json);
    Json environment = environment();
    report.say("%s", environment);
    for (RecordShape shape : List.of(RecordShape.DEFAULT, RecordShape.SMALL)) {
      if (records.contains(shape.name())) {
        Path home = Files.createTempDirectory("ashlar-bench-");
        try {
          measure(shape, home, report);
        } finally {
          Trees.delete(home);
        }
      }
    }
    report.end(environment);
    return report.isSound() ? ExitCodes.OK : ExitCodes.FAILED;
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
        .put("seconds", seconds)
        .put("note", "clients and store share the cores");
  }

  private void measure(RecordShape shape, Path home, BenchReport report)
      throws IOException, InterruptedException {
    Path directory = home.resolve("store");
    report.say("");
    report.say("%s: %s, %,d keys", shape.name(), shape, keys);
    try (Database database = Stores.open(directory)) {
      long begun = System.nanoTime();
      new Workloads(database, shape, keys).load(rows -> {});
      double loadSeconds = (System.nanoTime() - begun) / 1e9;
      report.say("loaded in %.1f s: %,.0f keys/s", loadSeconds, keys / loadSeconds);
      if (targets.contains("embedded")) {
        measure("embedded", shape, database, report);
      }
    }
    if (targets.contains("tcp")) {
      try (ServedStore served = new ServedStore(directory, home);
          Database database = Stores.connect(served.clusterFile())) {
        measure("tcp", shape, database, report);
      }
    }
    killAndCount(directory, home, report);
  }

  private void measure(String target, RecordShape shape, Database database, BenchReport report)
      throws InterruptedException {
    Workloads workloads = new Workloads(database, shape, keys);
    measure(target, shape, "read 1", workloads::read, report);
    measure(target, shape, "read 10", workloads::readTen, report);
    measure(target, shape, "write 1, durable", workloads::write, report);
    measure(target, shape, "read-modify-write", workloads::readModifyWrite, report);
    measure(target, shape, "mix 80:20", random -> workloads.mixed(random, 20), report);
    measure(target, shape, "mix 90:10", random -> workloads.mixed(random, 10), report);
  }

  private void measure(
      String target,
      RecordShape shape,
      String name,
      Function<SeededRandom, CompletableFuture<?>> operation,
      BenchReport report)
      throws InterruptedException {
    for (int count : clients) {
      report.measured(
          target, shape, ClosedLoop.run(name, count, seconds / 4, seconds, SEED, operation));
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
