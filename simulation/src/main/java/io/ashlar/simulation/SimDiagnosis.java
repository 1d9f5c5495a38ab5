package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import io.ashlar.simulation.Shrinker.Shrunk;
import io.ashlar.simulation.diagnosis.LineDiff;
import io.ashlar.simulation.diagnosis.LineDiff.Difference;
import io.ashlar.simulation.diagnosis.TraceFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
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

  private final PrintStream out;
  private final PrintStream progress;
  private final Runs runs;
  private final RepeatCheck repeats;

  /**
   * @param out gets one line of JSON
   * @param progress gets everything else
   */
  public SimDiagnosis(PrintStream out, PrintStream progress) {
    this(out, progress, Runs.REAL);
  }

  SimDiagnosis(PrintStream out, PrintStream progress, Runs runs) {
    this.out = out;
    this.progress = progress;
    this.runs = runs;
    this.repeats = new RepeatCheck(runs);
  }

  /**
   * Runs a seed and writes what is asked for.
   *
   * @param trace gets its whole trace; null for none
   * @param timeline gets its course as a page; null for none
   * @return how the run ended
   */
  public SimResult look(long seed, SimOptions options, Path trace, Path timeline)
      throws IOException {
    RecordedRun[] recorded = new RecordedRun[1];
    Runs recording =
        (each, its, watcher) -> {
          if (timeline == null) {
            return runs.run(each, its, watcher);
          }
          recorded[0] = RecordedRun.of(runs, each, its, watcher);
          return recorded[0].result();
        };
    SimResult result;
    if (trace == null) {
      result = recording.run(seed, options);
    } else {
      result = RepeatCheck.trace(recording, seed, options, trace, countedLines());
      progress.println("trace: " + trace);
    }
    if (timeline != null) {
      recorded[0].writePage(timeline);
      progress.println("course: " + timeline);
    }
    return result;
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
            runs, () -> System.nanoTime() - begun > seconds * 1_000_000_000L, told(PROGRESS_NANOS));
    Shrunk shrunk = shrinker.shrink(seed, options);
    if (shrunk.result().passed()) {
      progress.println("seed " + seed + " passes: there is nothing to make smaller");
      out.println(shrunk.result().toJson());
      return 0;
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

  /** The same for a run whose trace is in a file, and the same seed done now. */
  public int diffAgain(long seed, SimOptions options, Path file) throws IOException {
    Difference parting = repeats.tracedAgain(seed, options, file, countedLines());
    return tell(parting, file.toString(), "the run of seed " + seed);
  }

  /** The same for two traces in files. */
  public int diffFiles(Path first, Path second) throws IOException {
    try (TraceFile.Lines firsts = TraceFile.read(first);
        TraceFile.Lines seconds = TraceFile.read(second)) {
      return tell(LineDiff.between(firsts, seconds), first.toString(), second.toString());
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
