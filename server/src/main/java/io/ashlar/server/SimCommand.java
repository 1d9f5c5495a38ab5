package io.ashlar.server;

import io.ashlar.core.SeededRandom;
import io.ashlar.server.sim.Interruption;
import io.ashlar.server.sim.SeedsUntil;
import io.ashlar.server.sim.SimReport;
import io.ashlar.simulation.Selection;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimRunner;
import io.ashlar.simulation.SimSummary;
import io.ashlar.simulation.diagnosis.Words;
import io.ashlar.simulation.faults.FaultEvents;
import io.ashlar.simulation.faults.FaultKinds;
import io.ashlar.simulation.workload.Workloads;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ashlar sim}. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a whole cluster and its clients under faults, in one thread, from a seed.",
      "The last line of standard output is JSON; with a seed that failed it names the command that",
      "replays it. Progress and failures go to the other stream."
    })
final class SimCommand implements Callable<Integer> {
  private static final int MINUTES_MAX = 10_000;
  private static final int THREADS_MAX = 1_000;

  @ArgGroup(exclusive = true)
  private Seeds seeds = new Seeds();

  @Mixin private SimDiagnosisOptions diagnosis = new SimDiagnosisOptions();

  /** One of them is given. */
  static final class Seeds {
    @Option(names = "--seed", paramLabel = "N", description = "One run.")
    Long seed;

    @Option(names = "--seeds", paramLabel = "A..B", description = "Runs on all cores.")
    String range;

    @Option(
        names = "--minutes",
        paramLabel = "M",
        description = "Runs on all cores, of one seed after the other, for so long.")
    Double minutes;
  }

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "Virtual seconds in which clients work and faults go on, 1 to 3,600. Default: 20")
  private int busySeconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Runs at a time, 1 to 1,000. Default: one for each core")
  private Integer threads;

  @Option(names = "--no-faults", description = "Nothing fails.")
  private boolean noFaults;

  @Option(
      names = "--faults",
      paramLabel = "NAMES",
      description = {
        "Only these kinds, separated by commas; or all but these, each with a minus:",
        "--faults=-kill,-cut. An unknown name is answered with the list of all."
      })
  private String faults;

  @Option(
      names = "--fault-events",
      paramLabel = "EVENTS",
      description = {
        "Only these occurrences of faults, counted for each kind from 1:",
        "--fault-events kill:1-3,partition:2. What --shrink leaves is told in this form."
      })
  private String faultEvents;

  @Option(
      names = "--fault-factor",
      paramLabel = "N",
      defaultValue = "1",
      description = "Faults N times as often as the seed says, 1 to 100. Default: 1")
  private int faultFactor;

  @Option(
      names = "--workloads",
      paramLabel = "NAMES",
      description = "All of these and no others, or drawn from all but these, as --faults.")
  private String workloads;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "No more clients than that, whatever the seed says.")
  private Integer clientsMax;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Clients begin no more steps than that, all together.")
  private Long stepsMax;

  @Option(
      names = "--variation",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another course of the same plan: other delays and choices of clients.")
  private int variation;

  @Option(names = "--shuffle", description = "Runs many seeds in another order each time.")
  private boolean shuffle;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "The seed that --minutes begins with. Default: 1")
  private Long first;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = {
        "Adds results to this folder and leaves out seeds that it has, if they are of the",
        "same program with the same options; DIR/summary.html is a page about all of them.",
        "With --seed it only says where the page of a run goes that fails; nothing is added."
      })
  private Path report;

  @Option(
      names = "--require-coverage",
      description = {
        "Many seeds have failed when no run among them reached some marked path, fault point or",
        "shape of input. Without it 5,000 seeds or more with default options are held to that."
      })
  private boolean requireCoverage;

  @Option(
      names = "--digests",
      paramLabel = "FILE",
      description = {
        "Keeps the digest of each seed here. A seed that has one already must give the same,",
        "in whatever order, on whatever JDK. The other options must be the same too."
      })
  private Path digests;

  @Override
  public Integer call() throws IOException {
    SimOptions options = options();
    checkThatOneThingIsAsked();
    Map<Long, String> known = new TreeMap<>();
    if (digests != null) {
      DigestFile.checkThatItCanBeWritten(digests);
      known = DigestFile.read(digests);
    }
    SimRunner runner = new SimRunner(System.out, System.err, known);
    if (requireCoverage) {
      runner.requireCoverage();
    }
    Path reports = report == null ? SimDiagnosisOptions.REPORTS : report;
    runner.writeFailuresTo(reports);
    if (diagnosis.isAsked() || seeds.seed != null) {
      int exitCode =
          diagnosis.isAsked()
              ? diagnosis.run(runner, seeds.seed, options, reports)
              : runner.runSeed(seeds.seed, options);
      keep(known);
      return exitCode;
    }
    try (Interruption interruption =
        new Interruption(() -> System.err.println("stopping: no other seed begins"))) {
      runner.stopWhen(interruption::isThere);
      int exitCode = runMany(runner, options);
      keep(known);
      if (interruption.isThere()) {
        System.err.println(
            report == null
                ? "stopped; with --report DIR the same command would go on where it stopped"
                : "stopped; the same command goes on where it stopped");
      }
      return exitCode;
    }
  }

  private void keep(Map<Long, String> known) throws IOException {
    if (digests != null) {
      DigestFile.write(digests, known);
    }
  }

  private void checkThatOneThingIsAsked() {
    boolean isMany = seeds.range != null || seeds.minutes != null;
    if (isMany && diagnosis.isAsked()) {
      throw new CommandFailedException(
          "that is for one run: say which with --seed N", ExitCodes.USAGE);
    }
    if (!isMany && seeds.seed == null && !diagnosis.needsNoSeed()) {
      throw new CommandFailedException(
          "say what to run: --seed N, --seeds A..B or --minutes M", ExitCodes.USAGE);
    }
    checkMany(isMany);
    require(!noFaults || faults == null, "--no-faults goes without --faults, which would say more");
  }

  /** What would be left out in silence is refused, and what is wrong before anything runs. */
  private void checkMany(boolean isMany) {
    require(isMany || threads == null, "--threads goes with --seeds or --minutes");
    require(isMany || !requireCoverage, "--require-coverage goes with --seeds or --minutes");
    require(seeds.range != null || !shuffle, "--shuffle goes with --seeds");
    require(seeds.minutes != null || first == null, "--first goes with --minutes");
    if (threads != null) {
      requireUpTo("--threads", threads, THREADS_MAX);
    }
    require(
        seeds.minutes == null || seeds.minutes > 0 && seeds.minutes <= MINUTES_MAX,
        "--minutes is more than 0 and at most " + MINUTES_MAX + ", not " + seeds.minutes);
    if (seeds.range != null) {
      SeedRange.parse(seeds.range);
    }
  }

  private static void requireUpTo(String option, int value, int max) {
    require(value >= 1 && value <= max, option + " is 1 to " + max + ", not " + value);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new CommandFailedException(message, ExitCodes.USAGE);
    }
  }

  private int runMany(SimRunner runner, SimOptions options) throws IOException {
    if (report == null) {
      long begun = System.nanoTime();
      if (!runner.canaryFails()) {
        return ExitCodes.FAILED;
      }
      SimSummary summary = new SimSummary();
      runner.runSeeds(chosen(Set.of(), begun), threads(), options, summary, result -> {});
      return finished(
          runner, options, summary, runner.toJson(summary, options, secondsSince(begun)));
    }
    try (SimReport kept = openReport(options)) {
      long begun = System.nanoTime();
      tellOfEarlierRuns(kept);
      if (!runner.canaryFails()) {
        return ExitCodes.FAILED;
      }
      SimSummary summary = kept.summary();
      runner.runSeeds(chosen(kept.done(), begun), threads(), options, summary, kept::add);
      String json = runner.toJson(summary, options, secondsSince(begun));
      System.err.println("see " + kept.write(json));
      return finished(runner, options, summary, json);
    }
  }

  private SimReport openReport(SimOptions options) throws IOException {
    try {
      return new SimReport(report, options);
    } catch (FileSystemException denied) {
      throw new CommandFailedException(
          "--report: cannot write to " + denied.getFile() + "; name a folder that can be made",
          ExitCodes.FAILED,
          denied);
    }
  }

  private static void tellOfEarlierRuns(SimReport kept) {
    if (kept.summary().runs() > 0) {
      System.err.println(
          Words.count(kept.summary().runs(), "seed") + " of an earlier command left out");
    }
    if (kept.others() > 0) {
      System.err.println(
          Words.count(kept.others(), "result")
              + " of other programs or options there "
              + (kept.others() == 1 ? "does" : "do")
              + " not count");
    }
  }

  private static int finished(
      SimRunner runner, SimOptions options, SimSummary summary, String json) {
    System.out.println(json);
    boolean passed = summary.failed() == 0 && runner.reachesEnough(summary, options);
    return passed ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static double secondsSince(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private int threads() {
    return threads != null ? threads : Runtime.getRuntime().availableProcessors();
  }

  /** The seeds that were asked for, without those that are done. */
  private SimRunner.Seeds chosen(Set<Long> done, long begun) {
    if (seeds.minutes != null) {
      return new SeedsUntil(first == null ? 1 : first, done, begun + (long) (seeds.minutes * 60e9));
    }
    SeedRange range = SeedRange.parse(seeds.range);
    List<Long> all = shuffle ? range.shuffled(new SeededRandom(System.nanoTime())) : range.seeds();
    return SimRunner.Seeds.of(all.stream().filter(seed -> !done.contains(seed)).toList());
  }

  private SimOptions options() {
    requireUpTo("--seconds", busySeconds, SimOptions.BUSY_SECONDS_MAX);
    requireUpTo("--fault-factor", faultFactor, SimOptions.FAULT_FACTOR_MAX);
    require(clientsMax == null || clientsMax >= 1, "--clients is at least 1, not " + clientsMax);
    require(stepsMax == null || stepsMax >= 0, "--steps is at least 0, not " + stepsMax);
    require(variation >= 0, "--variation is at least 0, not " + variation);
    try {
      SimOptions options =
          SimOptions.defaults()
              .withBusySeconds(busySeconds)
              .withFaultFactor(faultFactor)
              .withVariation(variation);
      if (faults != null) {
        options = options.withFaults(Selection.parse(faults, FaultKinds.names()));
      }
      if (faultEvents != null) {
        options = options.withFaultEvents(FaultEvents.parse(faultEvents, FaultKinds.names()));
      }
      if (workloads != null) {
        Selection selected = Selection.parse(workloads, Workloads.names());
        require(
            Workloads.names().stream().anyMatch(selected::includes),
            "--workloads " + workloads + " leaves nothing for clients to do");
        options = options.withWorkloads(selected);
      }
      if (clientsMax != null) {
        options = options.withClientsMax(clientsMax);
      }
      if (stepsMax != null) {
        options = options.withStepsMax(stepsMax).withCommitsMin(0);
      }
      return noFaults ? options.withoutFaults() : options;
    } catch (IllegalArgumentException wrong) {
      throw new CommandFailedException(wrong.getMessage(), ExitCodes.USAGE);
    }
  }
}
