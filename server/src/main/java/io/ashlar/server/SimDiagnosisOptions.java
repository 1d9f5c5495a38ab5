package io.ashlar.server;

import io.ashlar.server.sim.Interruption;
import io.ashlar.server.sim.SimReport;
import io.ashlar.server.sim.WholeFile;
import io.ashlar.simulation.SimDiagnosis;
import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimRunner;
import io.ashlar.simulation.diagnosis.NoTraceException;
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
      names = "--shrink",
      description =
          "With --seed of a run that fails: leaves out time, steps, faults, workloads and clients"
              + " while it fails in the same way, and tells the smallest run in words and as the"
              + " command that does it again.")
  private boolean shrink;

  @Option(
      names = "--shrink-seconds",
      paramLabel = "S",
      defaultValue = "120",
      description = "How long --shrink may take. Default: 120")
  private int shrinkSeconds;

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
    return trace != null || diff != null || timeline != null || shrink;
  }

  /**
   * Does what is asked for.
   *
   * @param seed null for none
   * @param reports where files go that have no name
   * @return the exit code
   */
  int run(SimRunner runner, Long seed, SimOptions options, Path reports) throws IOException {
    check();
    SimDiagnosis diagnosis = new SimDiagnosis(System.out, System.err, SimReport.program());
    if (diff != null) {
      return diff(diagnosis, seed, options);
    }
    if (shrink) {
      return shrink(diagnosis, seed, options, reports);
    }
    Path file = traceFile(seed, reports);
    checkThatItCanBeWritten("--trace", file);
    checkThatItCanBeWritten("--timeline", timeline);
    return runner.lookAtSeed(seed, options, file, timeline, SimReport.program());
  }

  /** What goes with what. */
  private void check() {
    boolean writes = trace != null || timeline != null;
    if (diff != null && (writes || shrink)) {
      throw wrong("--diff goes with none of --trace, --timeline and --shrink");
    }
    if (shrink && writes) {
      throw wrong("--shrink goes with neither --trace nor --timeline: it writes a page anyway");
    }
    if (shrinkSeconds < 1) {
      throw wrong("--shrink-seconds must be at least 1, not " + shrinkSeconds);
    }
  }

  private int shrink(SimDiagnosis diagnosis, long seed, SimOptions options, Path reports)
      throws IOException {
    checkThatItCanBeWritten("--report", reports.resolve("seed-" + seed + "-smallest.html"));
    try (Interruption interruption =
        new Interruption(
            () -> System.err.println("stopping: the run under way comes to its end"))) {
      diagnosis.stopWhen(interruption::isThere);
      return diagnosis.shrink(seed, options, shrinkSeconds, reports);
    }
  }

  /** So that nobody waits for a run whose course cannot be kept. */
  private static void checkThatItCanBeWritten(String option, Path file) {
    if (file != null && !WholeFile.canBeWritten(file, true)) {
      throw new CommandFailedException(
          option + ": cannot write to " + file + "; name a file in a folder that can be written to",
          ExitCodes.FAILED);
    }
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
    if (diff.size() == 2 && seed != null) {
      throw wrong("--diff compares two files, or with --seed N at most one");
    }
    if (diff.size() < 2 && seed == null) {
      throw wrong("--diff needs two files, or --seed N");
    }
    try {
      return switch (diff.size()) {
        case 2 -> diagnosis.diffFiles(diff.get(0), diff.get(1));
        case 1 -> diagnosis.diffAgain(seed, options, diff.get(0));
        default -> diagnosis.diffTwice(seed, options);
      };
    } catch (NoTraceException none) {
      throw wrong("--diff: " + none.getMessage());
    }
  }

  private static CommandFailedException wrong(String message) {
    return new CommandFailedException(message, ExitCodes.USAGE);
  }
}
