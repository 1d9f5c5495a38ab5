package io.ashlar.server;

import io.ashlar.simulation.SimDiagnosis;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code ashlar sim} that look at one run closely, and what they do. */
final class SimDiagnosisOptions {
  /** Where reports go when nothing else is said. */
  static final Path REPORTS = Path.of("ashlar-sim-reports");

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      description = {
        "With --seed: writes every message that arrives and every event that is told, one line"
            + " each, compressed when the name ends in .gz."
            + " Default: ashlar-sim-reports/seed-N.trace.gz"
      })
  private String trace;

  @Option(
      names = "--diff",
      paramLabel = "FILE",
      arity = "0..2",
      description = {
        "Shows the first event in which two runs part: those of two files that --trace wrote;"
            + " with --seed N that of a file and this run, or without a file this run done twice."
      })
  private List<Path> diff;

  @Option(
      names = "--timeline",
      paramLabel = "FILE",
      description =
          "With --seed: writes the course of the run as a page to look at. Runs that fail leave one"
              + " without being asked, in ashlar-sim-reports/ or the folder of --report.")
  private Path timeline;

  /** Whether one of them is there that goes without a seed. */
  boolean needsNoSeed() {
    return diff != null && diff.size() == 2;
  }

  /** Whether one of them is there. */
  boolean isAsked() {
    return trace != null || diff != null || timeline != null;
  }

  /**
   * Does what is asked for.
   *
   * @param seed null for none
   * @param reports where files go that have no name
   * @return the exit code
   */
  int run(SimRunner runner, Long seed, SimOptions options, Path reports) throws IOException {
    if (diff != null) {
      if (trace != null || timeline != null) {
        throw wrong("--diff goes with neither --trace nor --timeline");
      }
      return diff(new SimDiagnosis(System.out, System.err), seed, options);
    }
    return runner.lookAtSeed(seed, options, traceFile(seed, reports), timeline);
  }

  private Path traceFile(long seed, Path reports) {
    if (trace == null) {
      return null;
    }
    return trace.isEmpty() ? reports.resolve("seed-" + seed + ".trace.gz") : Path.of(trace);
  }

  private int diff(SimDiagnosis diagnosis, Long seed, SimOptions options) throws IOException {
    for (Path file : diff) {
      if (!Files.isReadable(file)) {
        throw wrong("--diff: no such file: " + file);
      }
    }
    if (diff.size() == 2) {
      if (seed != null) {
        throw wrong("--diff compares two files, or with --seed N at most one");
      }
      return diagnosis.diffFiles(diff.get(0), diff.get(1));
    }
    if (seed == null) {
      throw wrong("--diff needs two files, or --seed N");
    }
    return diff.isEmpty()
        ? diagnosis.diffTwice(seed, options)
        : diagnosis.diffAgain(seed, options, diff.get(0));
  }

  private static CommandFailedException wrong(String message) {
    return new CommandFailedException(message, ExitCodes.USAGE);
  }
}
