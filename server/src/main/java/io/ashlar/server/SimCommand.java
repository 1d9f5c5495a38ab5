package io.ashlar.server;

import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimRunner;
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
      defaultValue = "60",
      description = "Virtual seconds in which clients work and faults go on. Default: 60")
  private int busySeconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Runs at a time. Default: one for each core")
  private int threads;

  @Option(names = "--no-faults", description = "Nothing fails.")
  private boolean noFaults;

  @Override
  public Integer call() {
    SimOptions options = options();
    SimRunner runner = new SimRunner(System.out, System.err);
    if (seeds.seed != null) {
      return runner.runSeed(seeds.seed, options);
    }
    SeedRange range = SeedRange.parse(seeds.range);
    int cores = Runtime.getRuntime().availableProcessors();
    return runner.runSeeds(range.first(), range.last(), threads > 0 ? threads : cores, options);
  }

  private SimOptions options() {
    try {
      SimOptions options = SimOptions.defaults().withBusySeconds(busySeconds);
      return noFaults ? options.withoutFaults() : options;
    } catch (IllegalArgumentException wrong) {
      throw new CommandFailedException(wrong.getMessage(), ExitCodes.USAGE);
    }
  }
}
