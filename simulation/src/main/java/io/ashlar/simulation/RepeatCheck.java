package io.ashlar.simulation;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.diagnosis.LineDiff;
import io.ashlar.simulation.diagnosis.LineDiff.Difference;
import io.ashlar.simulation.diagnosis.TraceFile;
import io.ashlar.simulation.world.TraceLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Does a part of all runs twice: one that gives another digest the second time is no simulation.
 * Then it is done twice more, to find the first event in which the two part.
 *
 * <p>May be used by several threads at once.
 */
final class RepeatCheck {
  /** The seed says whether: so a run's digest and its cost are the same wherever it is done. */
  private static final int PER_MILLION = 50_000;

  /** What differs by chance may be the same a few times. */
  private static final int TRACED_PAIRS_MAX = 5;

  private static final int LINE_CHARACTERS_MAX = 300;

  private final Runs runs;

  RepeatCheck(Runs runs) {
    this.runs = runs;
  }

  /** Whether runs of that seed are done twice: one in twenty. */
  static boolean isDrawn(long seed) {
    return new SeededRandom(seed).fork("run twice").chance(PER_MILLION);
  }

  /** Runs a seed, and if it is one that is drawn for it once more. */
  SimResult run(long seed, SimOptions options) {
    SimResult result = runs.run(seed, options);
    return isDrawn(seed) ? compared(result, options) : result;
  }

  /** Runs it again: the result, or its failure when this gave another digest. */
  SimResult compared(SimResult first, SimOptions options) {
    SimResult second = runs.run(first.seed(), options);
    if (isSame(first, second)) {
      return first;
    }
    String failure =
        "the digest is "
            + first.digest()
            + ", and "
            + second.digest()
            + " when it is done again"
            + (Objects.equals(first.failure(), second.failure())
                ? ""
                : "; it " + end(first) + ", and then " + end(second));
    Difference parting = parting(first.seed(), options);
    if (parting == null) {
      return first.failedBecause(
          failure + "; " + TRACED_PAIRS_MAX + " pairs of runs with a trace were equal");
    }
    List<String> described = parting.describe("the first run", "the second run");
    return first
        .failedBecause(
            String.format(
                Locale.ROOT,
                "%s; they part at line %,d of the trace: %s, and the second time %s",
                failure,
                parting.number(),
                quoted(parting.first()),
                quoted(parting.second())))
        .withTrace(described);
  }

  private static boolean isSame(SimResult first, SimResult second) {
    return first.digest().equals(second.digest())
        && first.events() == second.events()
        && Objects.equals(first.failure(), second.failure());
  }

  private static String end(SimResult result) {
    return result.passed() ? "passed" : "failed: " + result.failure();
  }

  private static String quoted(List<String> lines) {
    if (lines.isEmpty()) {
      return "nothing more";
    }
    String line = lines.get(0).strip();
    return "'"
        + (line.length() <= LINE_CHARACTERS_MAX ? line : line.substring(0, LINE_CHARACTERS_MAX))
        + "'";
  }

  private Difference parting(long seed, SimOptions options) {
    Difference parting = null;
    for (int i = 0; i < TRACED_PAIRS_MAX && parting == null; i++) {
      parting = tracedTwice(seed, options, lines -> {});
    }
    return parting;
  }

  /**
   * Runs a seed twice with its whole trace.
   *
   * @param progress hears of the number of lines of both, at times
   * @return the first line in which they part, or null
   */
  Difference tracedTwice(long seed, SimOptions options, LongConsumer progress) {
    try {
      Path file = Files.createTempFile("ashlar-sim-", ".trace.gz");
      try {
        try (TraceFile trace = new TraceFile(file)) {
          trace(runs, seed, options, trace, progress);
        }
        return tracedAgain(seed, options, file, progress);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a seed and compares its trace with one in a file; null when they are equal. */
  private Difference tracedAgain(long seed, SimOptions options, Path file, LongConsumer progress)
      throws IOException {
    try (TraceFile.Lines before = TraceFile.read(file)) {
      return tracedAgain(seed, options, before, 0, progress);
    }
  }

  /**
   * Runs a seed and compares its trace with that of an earlier run.
   *
   * @param linesRead of the earlier trace that were taken from it and not compared
   * @return null when they are equal
   */
  Difference tracedAgain(
      long seed,
      SimOptions options,
      TraceFile.Lines before,
      long linesRead,
      LongConsumer progress) {
    LineDiff diff = new LineDiff(before, linesRead);
    runs.run(seed, options, tracing(counted(diff::accept, progress)));
    return diff.end();
  }

  /** Runs a seed and gives its trace to {@code to}, line by line. */
  static SimResult trace(
      Runs runs, long seed, SimOptions options, Consumer<String> to, LongConsumer progress) {
    return runs.run(seed, options, tracing(counted(to, progress)));
  }

  private static Consumer<Simulation> tracing(Consumer<String> to) {
    return simulation -> TraceLines.write(simulation.world(), to);
  }

  private static Consumer<String> counted(Consumer<String> to, LongConsumer progress) {
    long[] lines = new long[1];
    return line -> {
      to.accept(line);
      progress.accept(++lines[0]);
    };
  }
}
