package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import io.ashlar.simulation.workload.Workloads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Runs seeds and tells what became of them: what {@code ./ashlar sim} does. One line of JSON for
 * one seed, a summary for many; progress and failures go to the other stream.
 */
@SuppressForbidden("runs worlds on all cores, and tells people how long that took")
public final class SimRunner {
  private static final long PROGRESS_NANOS = 2_000_000_000L;

  /** A page has all that are kept; more here would push the reason out of sight. */
  private static final int TRACE_LINES = 24;

  private static final int FAILURES_SHOWN = 10;

  /**
   * So many default runs reach everything, or something is wrong with what they do: the rarest
   * things happen in one of five hundred to a thousand.
   */
  private static final int WHOLE_RUNS_MIN = 5_000;

  private static final long CANARY_SEED = 1;
  private static final String CANARY_NOT_FOUND = "a bank that loses money was not found";
  private static final int CANARY_SECONDS = 10;

  /** Runs under way may end for so long when they are to stop; then they are left alone. */
  private static final long STOP_NANOS = 3_000_000_000L;

  private final PrintStream out;
  private final PrintStream progress;
  private final Map<Long, String> digests;
  private final RunsUnderWay runs;
  private final RepeatCheck repeats;
  private FailurePages pages;
  private boolean requiresCoverage;
  private BooleanSupplier stopped = () -> false;

  /**
   * @param out gets the JSON
   * @param progress gets everything else
   */
  public SimRunner(PrintStream out, PrintStream progress) {
    this(out, progress, new TreeMap<>());
  }

  /**
   * A runner that knows digests of earlier runs.
   *
   * @param digests by seed: a run whose seed is there and whose digest is another has failed; one
   *     whose seed is not there adds its own. Of runs with the same options
   */
  public SimRunner(PrintStream out, PrintStream progress, Map<Long, String> digests) {
    this(out, progress, digests, Runs.REAL);
  }

  SimRunner(PrintStream out, PrintStream progress, Map<Long, String> digests, Runs runs) {
    this.runs = new RunsUnderWay(runs);
    this.repeats = new RepeatCheck(this.runs);
    this.out = out;
    this.progress = progress;
    this.digests = digests;
  }

  /**
   * From now on many runs have failed when together they leave out a marked path, a fault point or
   * a shape of input. Without this only 2,000 runs or more with default options are held to that.
   */
  public void requireCoverage() {
    requiresCoverage = true;
  }

  /** From now on no run begins once that says so; it is asked by several threads. */
  public void stopWhen(BooleanSupplier told) {
    stopped = told;
  }

  /** From now on the course of each of the first runs that fail is written to that folder. */
  public void writeFailuresTo(Path folder) {
    pages = new FailurePages(runs, folder, FAILURES_SHOWN);
  }

  /**
   * Runs one seed.
   *
   * @return the exit code: 0 when nothing was wrong, else 1
   */
  public int runSeed(long seed, SimOptions options) {
    describe(seed, options);
    SimResult result;
    Ticker ticker = ticker("seed " + seed);
    try {
      result = diagnosed(repeats.run(seed, options), options);
    } finally {
      ticker.close();
    }
    return tell(result);
  }

  /** Tells how far the one run has come that is under way. */
  private Ticker ticker(String what) {
    return new Ticker(
        PROGRESS_NANOS,
        () -> {
          String where = runs.describe();
          return where.isEmpty() ? "" : what + ", " + where;
        },
        progress::println);
  }

  /**
   * Runs one seed and writes what is asked for.
   *
   * @param trace gets its whole trace; null for none
   * @param timeline gets its course as a page; null for none
   * @param program which one this is; traces of others are those of other runs
   * @return the exit code: 0 when nothing was wrong and all was written, else 1
   */
  public int lookAtSeed(long seed, SimOptions options, Path trace, Path timeline, String program)
      throws IOException {
    describe(seed, options);
    SimDiagnosis diagnosis = new SimDiagnosis(out, progress, program, runs);
    SimDiagnosis.Seen seen;
    Ticker ticker = ticker("seed " + seed);
    try {
      seen = diagnosis.look(seed, options, trace, timeline);
    } finally {
      ticker.close();
    }
    int code = tell(timeline == null ? diagnosed(seen.result(), options) : seen.result());
    return seen.isWritten() ? code : 1;
  }

  private void describe(long seed, SimOptions options) {
    for (String line : Simulation.describe(seed, options)) {
      progress.println(line);
    }
  }

  private SimResult diagnosed(SimResult result, SimOptions options) {
    return pages == null ? result : pages.written(result, options);
  }

  private int tell(SimResult ended) {
    SimResult result = compared(ended);
    if (!result.passed()) {
      List<String> trace = result.trace();
      trace
          .subList(Math.max(0, trace.size() - TRACE_LINES), trace.size())
          .forEach(progress::println);
      tellFailure(result);
    }
    out.println(result.toJson());
    return result.passed() ? 0 : 1;
  }

  private void tellFailure(SimResult result) {
    progress.println(
        "seed "
            + result.seed()
            + " failed, "
            + result.failureKind().words()
            + ": "
            + result.failure());
    Path page = pages == null ? null : pages.of(result.seed());
    if (page != null) {
      progress.println("  course: " + page);
    }
    progress.println("  replay: " + result.replay());
    progress.println("  smaller: " + result.replay() + " --shrink");
  }

  /** A digest that is another than before is a failure. */
  private SimResult compared(SimResult result) {
    String before = digests.putIfAbsent(result.seed(), result.digest());
    return before == null || before.equals(result.digest())
        ? result
        : result.failedBecause("the digest is " + result.digest() + " and was " + before);
  }

  /** Gives the next seed, or nothing when there are enough; asked by several threads. */
  public interface Seeds {
    OptionalLong next();

    /** How many there are at most; -1 when nobody knows. */
    long count();

    /** These, in this order. */
    static Seeds of(List<Long> seeds) {
      AtomicInteger next = new AtomicInteger();
      return new Seeds() {
        @Override
        public OptionalLong next() {
          int at = next.getAndIncrement();
          return at < seeds.size() ? OptionalLong.of(seeds.get(at)) : OptionalLong.empty();
        }

        @Override
        public long count() {
          return seeds.size();
        }
      };
    }
  }

  /** Hears of each run that has ended, in the order in which they end, on one thread. */
  public interface Listener {
    void onResult(SimResult result);
  }

  /**
   * Runs seeds, one world on each thread.
   *
   * @param seeds in the order in which they begin
   * @return the exit code: 0 when nothing was wrong with any or with what they reached, else 1
   */
  public int runSeeds(List<Long> seeds, int threads, SimOptions options) {
    long begun = System.nanoTime();
    SimSummary summary = new SimSummary();
    runSeeds(Seeds.of(seeds), threads, options, summary, result -> {});
    out.println(toJson(summary, options, (System.nanoTime() - begun) / 1e9));
    return summary.failed() == 0 && reachesEnough(summary, options) ? 0 : 1;
  }

  /**
   * One line of JSON for many runs. Its result is {@code passed}; {@code failed} when a run has
   * failed; {@code interrupted} when none has but not all were run; {@code holes} when all were and
   * have passed, but did not reach what they must.
   */
  public String toJson(SimSummary summary, SimOptions options, double wallSeconds) {
    String result = "passed";
    if (summary.failed() > 0) {
      result = "failed";
    } else if (stopped.getAsBoolean()) {
      result = "interrupted";
    } else if (mustBeWhole(summary, options) && !isWhole(summary)) {
      result = "holes";
    }
    return summary.toJson(wallSeconds, result);
  }

  /**
   * Whether runs reached everything, or too few were asked for that it could be expected. Says what
   * is missing.
   */
  public boolean reachesEnough(SimSummary summary, SimOptions options) {
    if (!mustBeWhole(summary, options)) {
      return true;
    }
    summary.holes().forEach(name -> progress.println("never reached: " + name));
    summary.unlisted().forEach(name -> progress.println("reached, but not listed: " + name));
    return isWhole(summary);
  }

  private boolean mustBeWhole(SimSummary summary, SimOptions options) {
    return !stopped.getAsBoolean()
        && (requiresCoverage
            || (summary.runs() >= WHOLE_RUNS_MIN && options.equals(SimOptions.defaults())));
  }

  private static boolean isWhole(SimSummary summary) {
    return summary.holes().isEmpty() && summary.unlisted().isEmpty();
  }

  /**
   * Runs seeds, one world on each thread, and adds each to a summary.
   *
   * @param summary may have runs in it from before
   */
  public void runSeeds(
      Seeds seeds, int threads, SimOptions options, SimSummary summary, Listener listener) {
    BlockingQueue<Optional<SimResult>> done = new LinkedBlockingQueue<>();
    AtomicReference<Throwable> broken = new AtomicReference<>();
    for (int i = 0; i < threads; i++) {
      Thread worker =
          new Thread(
              () -> {
                try {
                  // When one run cannot be ended, nobody waits for all others to hear of it.
                  while (broken.get() == null && !stopped.getAsBoolean()) {
                    OptionalLong seed = seeds.next();
                    if (seed.isEmpty()) {
                      break;
                    }
                    SimResult result = repeats.run(seed.getAsLong(), options);
                    done.add(Optional.of(diagnosed(result, options)));
                  }
                } catch (RuntimeException | Error e) {
                  // Whatever it is, it is thrown where the results are waited for.
                  broken.compareAndSet(null, e);
                } finally {
                  done.add(Optional.empty());
                }
              },
              "simulation-" + i);
      worker.setDaemon(true);
      worker.start();
    }
    collect(done, threads, seeds.count(), summary, listener);
    if (broken.get() != null) {
      throw new IllegalStateException(
          "a run could not be ended: " + broken.get().getMessage(), broken.get());
    }
  }

  /**
   * Runs a workload that must be found to be wrong. When it is not that is the end, with a line of
   * JSON that says so.
   *
   * @return whether it was: if not, runs that pass say nothing
   */
  public boolean canaryFails() {
    SimOptions options =
        SimOptions.defaults()
            .withBusySeconds(CANARY_SECONDS)
            .withCommitsMin(0)
            .withWorkloads(Selection.only(List.of(Workloads.CANARY)));
    progress.println("a run that must fail comes first, the canary");
    SimResult result;
    Ticker ticker = ticker("the canary");
    try {
      result = runs.run(CANARY_SEED, options);
    } finally {
      ticker.close();
    }
    boolean failed =
        result.failureKind() == FailureKind.WRONG_ANSWER
            && result.failure().startsWith(Workloads.CANARY + ":");
    progress.println(
        failed
            ? "the canary fails, as it must: " + result.failure()
            : "THE CANARY PASSES: " + CANARY_NOT_FOUND + ". " + result.failure());
    if (!failed) {
      Json json = new Json();
      json.open();
      json.field("result", "failed");
      json.field("failure", "the canary passes: " + CANARY_NOT_FOUND);
      json.field("canary", result.passed() ? "passed" : result.failure());
      json.close();
      out.println(json);
    }
    return failed;
  }

  private void collect(
      BlockingQueue<Optional<SimResult>> done,
      int threads,
      long count,
      SimSummary summary,
      Listener listener) {
    long told = System.nanoTime();
    long stoppedAt = 0;
    String line = "";
    long before = summary.runs();
    long secondsBefore = runs.virtualSeconds();
    int working = threads;
    while (working > 0) {
      Optional<SimResult> next;
      try {
        next = done.poll(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (next != null && next.isEmpty()) {
        working--;
      } else if (next != null) {
        SimResult result = compared(next.get());
        summary.add(result);
        listener.onResult(result);
        if (!result.passed() && summary.failed() <= FAILURES_SHOWN) {
          tellFailure(result);
        }
      }
      long now = System.nanoTime();
      if (stopped.getAsBoolean()) {
        stoppedAt = stoppedAt == 0 ? now : stoppedAt;
        if (now - stoppedAt > STOP_NANOS) {
          return;
        }
      } else if (now - told > PROGRESS_NANOS) {
        told = now;
        String newest =
            words(summary, summary.runs() - before, count, runs.virtualSeconds() - secondsBefore);
        if (!newest.equals(line)) {
          line = newest;
          progress.println(line);
        }
      }
    }
  }

  private static String words(SimSummary summary, long runs, long count, long seconds) {
    return String.format(
        Locale.ROOT,
        "%,d%s seeds, %,d virtual seconds, %d failed, %,d transactions committed,"
            + " %d kinds of faults, %d rare paths",
        runs,
        count < 0 ? "" : String.format(Locale.ROOT, " of %,d", count),
        seconds,
        summary.failed(),
        summary.committed(),
        summary.faults().size(),
        summary.probes().size());
  }
}
