package io.ashlar.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes the course of runs that failed: each is done once more, recorded this time. One that does
 * something else then is not repeatable, which is worse than its failure.
 *
 * <p>May be used by several threads at once.
 */
final class FailurePages {
  private final Runs runs;
  private final Path folder;
  private final int countMax;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<Long, Path> pages = new ConcurrentHashMap<>();

  /**
   * @param countMax more are not written: who has that many failures looks at a few of them
   */
  FailurePages(Runs runs, Path folder, int countMax) {
    this.runs = runs;
    this.folder = folder;
    this.countMax = countMax;
  }

  /** The page of a seed, or null when it has none. */
  Path of(long seed) {
    return pages.get(seed);
  }

  /** Writes the page of a result if it has failed; gives the result, or what is worse. */
  SimResult written(SimResult result, SimOptions options) {
    if (result.passed() || count.incrementAndGet() > countMax) {
      return result;
    }
    RecordedRun recorded = RecordedRun.of(runs, result.seed(), options);
    Path page = folder.resolve("seed-" + result.seed() + ".html");
    try {
      recorded.writePage(page);
    } catch (IOException e) {
      return result.failedBecause(result.failure() + "; its page cannot be written: " + e);
    }
    pages.put(result.seed(), page);
    if (recorded.result().digest().equals(result.digest())) {
      return result;
    }
    return result.failedBecause(
        String.format(
            Locale.ROOT,
            "it failed: %s; but done again it gave the digest %s instead of %s and %s",
            result.failure(),
            recorded.result().digest(),
            result.digest(),
            recorded.result().passed() ? "passed" : "failed: " + recorded.result().failure()));
  }
}
