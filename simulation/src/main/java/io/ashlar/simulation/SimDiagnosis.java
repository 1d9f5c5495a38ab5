package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import io.ashlar.simulation.Shrinker.Shrunk;
import io.ashlar.simulation.diagnosis.LineDiff;
import io.ashlar.simulation.diagnosis.LineDiff.Difference;
import io.ashlar.simulation.diagnosis.NoTraceException;
import io.ashlar.simulation.diagnosis.TraceFile;
import io.ashlar.simulation.diagnosis.TraceHeader;
import io.ashlar.simulation.diagnosis.Words;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Looks at single runs: writes their traces and their courses, finds where two part, and makes
 * those that fail smaller. What {@code ./ashlar sim} with {@code --trace}, {@code --timeline},
 * {@code --diff} or {@code --shrink} does.
 */
@SuppressForbidden("tells people how it goes while it takes long")
public final class SimDiagnosis {
  private static final long PROGRESS_NANOS = 2_000_000_000L;

  /** They are compared apart from the events. */
  private static final int HEADER_LINES = 1;

  private final PrintStream out;
  private final PrintStream progress;
  private final String program;
  private final Runs runs;
  private final RepeatCheck repeats;
  private BooleanSupplier stopped = () -> false;

  /**
   * What was seen of a run.
   *
   * @param isWritten whether all was written that was asked for
   */
  record Seen(SimResult result, boolean isWritten) {}

  /**
   * @param out gets one line of JSON
   * @param progress gets everything else
   * @param program which one this is, without blanks: traces say which one has made them
   */
  public SimDiagnosis(PrintStream out, PrintStream progress, String program) {
    this(out, progress, program, Runs.REAL);
  }

  SimDiagnosis(PrintStream out, PrintStream progress, String program, Runs runs) {
    this.out = out;
    this.progress = progress;
    this.program = program;
    this.runs = runs;
    this.repeats = new RepeatCheck(runs);
  }

  /** From now on {@link #shrink} tells what it has once that says so. */
  public void stopWhen(BooleanSupplier told) {
    stopped = told;
  }

  /**
   * Runs a seed and writes what is asked for. What cannot be written any more when it has run is
   * told, and the result is not lost.
   *
   * @param trace gets its whole trace; null for none
   * @param timeline gets its course as a page; null for none
   * @return how the run ended
   * @throws IOException when the trace cannot be begun
   */
  Seen look(long seed, SimOptions options, Path trace, Path timeline) throws IOException {
    RecordedRun[] recorded = new RecordedRun[1];
    SimResult[] ended = new SimResult[1];
    Runs recording =
        (each, its, watcher) -> {
          if (timeline == null) {
            ended[0] = runs.run(each, its, watcher);
          } else {
            recorded[0] = RecordedRun.of(runs, each, its, watcher);
            ended[0] = recorded[0].result();
          }
          return ended[0];
        };
    boolean isWritten = true;
    if (trace == null) {
      recording.run(seed, options);
    } else {
      isWritten = written("trace", trace, ended, () -> writeTrace(recording, seed, options, trace));
    }
    if (timeline != null) {
      isWritten &= written("course", timeline, ended, () -> recorded[0].writePage(timeline));
    }
    return new Seen(ended[0], isWritten);
  }

  /** What writes a file. */
  private interface Writing {
    void write() throws IOException;
  }

  private boolean written(String what, Path file, SimResult[] ended, Writing writing)
      throws IOException {
    try {
      writing.write();
    } catch (IOException e) {
      if (ended[0] == null) {
        throw e;
      }
      progress.println(what + ": cannot be written to " + file + ": " + e);
      return false;
    }
    progress.println(what + ": " + file);
    return true;
  }

  private void writeTrace(Runs recording, long seed, SimOptions options, Path file)
      throws IOException {
    try (TraceFile trace = new TraceFile(file, header(seed, options))) {
      RepeatCheck.trace(recording, seed, options, trace, countedLines());
    }
  }

  private TraceHeader header(long seed, SimOptions options) {
    return new TraceHeader(program, seed, options.toString());
  }

  /**
   * Makes a run that fails smaller while it fails in the same way, and tells what is left: in
   * words, as a command, and as a page.
   *
   * @param seconds of the wall clock after which no more is tried; more than 0
   * @param folder where the page goes
   * @return the exit code: 0 when the run did not fail, else 1
   */
  public int shrink(long seed, SimOptions options, int seconds, Path folder) throws IOException {
    long begun = System.nanoTime();
    Shrinker shrinker =
        new Shrinker(
            runs,
            () -> stopped.getAsBoolean() || System.nanoTime() - begun > seconds * 1_000_000_000L,
            told(PROGRESS_NANOS));
    Shrunk shrunk = shrinker.shrink(seed, options);
    if (shrunk.result().passed()) {
      progress.println("seed " + seed + " passes: there is nothing to make smaller");
      out.println(shrunk.result().toJson());
      return 0;
    }
    if (stopped.getAsBoolean()) {
      progress.println("stopped after " + Words.count(shrunk.tried(), "run"));
      progress.println("the smallest so far: " + shrunk.result().replay());
      out.println(shrunk.result().toJson());
      return 1;
    }
    progress.println(
        String.format(
            Locale.ROOT,
            "%,d runs in %.0f s; %s",
            shrunk.tried(),
            (System.nanoTime() - begun) / 1e9,
            shrunk.complete()
                ? "nothing more can be left out"
                : "perhaps more could be left out: --shrink-seconds gives more time"));
    RecordedRun run = RecordedRun.of(runs, seed, shrunk.options());
    Path page = folder.resolve("seed-" + seed + "-smallest.html");
    run.writePage(page);
    progress.println("");
    Story.of(run, shrunk.options(), shrunk.steps()).forEach(progress::println);
    progress.println("");
    progress.println("course: " + page);
    progress.println("replay: " + run.result().replay());
    out.println(run.result().toJson());
    return 1;
  }

  /** Tells of lines no more often than that. */
  private Consumer<String> told(long intervalNanos) {
    long[] told = {System.nanoTime() - intervalNanos};
    return line -> {
      if (System.nanoTime() - told[0] > intervalNanos) {
        told[0] = System.nanoTime();
        progress.println(line);
      }
    };
  }

  /**
   * Runs a seed twice and tells the first event in which the two runs part.
   *
   * @return the exit code: 0 when there is none, else 1
   */
  public int diffTwice(long seed, SimOptions options) {
    Difference parting = repeats.tracedTwice(seed, options, countedLines());
    return tell(parting, "the first run", "the second run");
  }

  /**
   * The same for a run whose trace is in a file, and the same seed done now.
   *
   * @throws NoTraceException when the file is no trace
   */
  public int diffAgain(long seed, SimOptions options, Path file) throws IOException {
    try (TraceFile.Lines before = TraceFile.read(file)) {
      TraceHeader header = TraceFile.header(file, before);
      String run = "the run of seed " + seed;
      header.differences(file.toString(), header(seed, options), run).forEach(progress::println);
      Difference parting = repeats.tracedAgain(seed, options, before, HEADER_LINES, countedLines());
      return tell(parting, file.toString(), run);
    }
  }

  /**
   * The same for two traces in files.
   *
   * @throws NoTraceException when one of them is none
   */
  public int diffFiles(Path first, Path second) throws IOException {
    try (TraceFile.Lines firsts = TraceFile.read(first);
        TraceFile.Lines seconds = TraceFile.read(second)) {
      TraceFile.header(first, firsts)
          .differences(first.toString(), TraceFile.header(second, seconds), second.toString())
          .forEach(progress::println);
      return tell(
          LineDiff.between(firsts, seconds, HEADER_LINES), first.toString(), second.toString());
    }
  }

  private int tell(Difference parting, String firstName, String secondName) {
    Json json = new Json();
    json.open();
    json.field("first", firstName);
    json.field("second", secondName);
    json.field("result", parting == null ? "equal" : "different");
    if (parting == null) {
      progress.println(firstName + " and " + secondName + " are the same, event for event");
    } else {
      parting.describe(firstName, secondName).forEach(progress::println);
      json.field("line", parting.number());
      json.field("firstLine", parting.first().isEmpty() ? null : parting.first().get(0));
      json.field("secondLine", parting.second().isEmpty() ? null : parting.second().get(0));
    }
    json.close();
    out.println(json);
    return parting == null ? 0 : 1;
  }

  /** Tells how many lines there are, each two seconds. */
  private LongConsumer countedLines() {
    long[] told = {System.nanoTime()};
    return lines -> {
      if ((lines & 0xfff) == 0 && System.nanoTime() - told[0] > PROGRESS_NANOS) {
        told[0] = System.nanoTime();
        progress.println(String.format(Locale.ROOT, "%,d events traced", lines));
      }
    };
  }
}
