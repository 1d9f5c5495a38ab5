package io.ashlar.server;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.Selection;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimRunner;
import io.ashlar.simulation.faults.FaultKinds;
import io.ashlar.simulation.workload.Workloads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ashlar sim}. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a whole cluster and its clients under faults, in one thread, from a seed.",
      "The last line is JSON; with a seed that failed it names the command that replays it."
    })
final class SimCommand implements Callable<Integer> {
  @ArgGroup(exclusive = true, multiplicity = "1")
  private Seeds seeds;

  /** One of them is given. */
  static final class Seeds {
    @Option(names = "--seed", paramLabel = "N", description = "One run.")
    Long seed;

    @Option(names = "--seeds", paramLabel = "A..B", description = "Runs on all cores.")
    String range;
  }

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "Virtual seconds in which clients work and faults go on. Default: 30")
  private int busySeconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Runs at a time. Default: one for each core")
  private int threads;

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
      names = "--fault-factor",
      paramLabel = "N",
      defaultValue = "1",
      description = "Faults N times as often as the seed says. Default: 1")
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

  @Option(names = "--shuffle", description = "Runs many seeds in another order each time.")
  private boolean shuffle;

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
    Map<Long, String> known = digests == null ? new TreeMap<>() : DigestFile.read(digests);
    int exitCode = run(new SimRunner(System.out, System.err, known), options);
    if (digests != null) {
      DigestFile.write(digests, known);
    }
    return exitCode;
  }

  private int run(SimRunner runner, SimOptions options) {
    if (seeds.seed != null) {
      return runner.runSeed(seeds.seed, options);
    }
    SeedRange range = SeedRange.parse(seeds.range);
    List<Long> all = shuffle ? range.shuffled(new SeededRandom(System.nanoTime())) : range.seeds();
    int cores = Runtime.getRuntime().availableProcessors();
    return runner.runSeeds(all, threads > 0 ? threads : cores, options);
  }

  private SimOptions options() {
    try {
      SimOptions options =
          SimOptions.defaults().withBusySeconds(busySeconds).withFaultFactor(faultFactor);
      if (faults != null) {
        options = options.withFaults(Selection.parse(faults, FaultKinds.names()));
      }
      if (workloads != null) {
        options = options.withWorkloads(Selection.parse(workloads, Workloads.names()));
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
