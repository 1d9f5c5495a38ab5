package io.ashlar.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * How many seeds it takes to catch each planted bug: the table of docs/planted-bugs.md. Takes long,
 * and is run by name alone, see HACKING.md. Properties:
 *
 * <ul>
 *   <li>{@code planted.seeds}: tried in this order; default 1..100
 *   <li>{@code planted.catches}: a bug caught so often is left; default 7
 *   <li>{@code planted.seconds}: busy virtual seconds of a run; default 60
 *   <li>{@code planted.faultFactor}: how many times as often as drawn things go wrong; default 1
 *   <li>{@code planted.bug}: a part of the names of those wanted; default all
 *   <li>{@code planted.threads}: runs at a time; default 2
 * </ul>
 *
 * <p>Each catch begins the count anew, so the runs that a bug needed are those from disjoint
 * starting points, and their median is told. The control, without a bug, runs all seeds.
 */
class PlantedBugTable {
  private static final String CONTROL = "no bug";

  private final long first;
  private final long last;
  private final int catches = Integer.getInteger("planted.catches", 7);
  private final int busySeconds = Integer.getInteger("planted.seconds", 60);
  private final int faultFactor = Integer.getInteger("planted.faultFactor", 1);
  private final int threads = Integer.getInteger("planted.threads", 2);
  private final String wanted = System.getProperty("planted.bug", "");

  PlantedBugTable() {
    String[] seeds = System.getProperty("planted.seeds", "1..100").split("\\.\\.");
    first = Long.parseLong(seeds[0]);
    last = Long.parseLong(seeds[1]);
  }

  @Test
  void everyBugIsCaught() throws Exception {
    List<String> rows = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    for (PlantedBug bug : PlantedBugs.all()) {
      if (bug.name().contains(wanted)) {
        Row row = run(new PlantedProgram(bug), catches);
        rows.add("| " + bug.name() + " | " + bug.removes() + " | " + row.text() + " |");
        if (row.needed.isEmpty()) {
          missed.add(bug.name());
        }
        write(rows);
      }
    }
    if (CONTROL.contains(wanted)) {
      Row row = run(new PlantedProgram(null), Integer.MAX_VALUE);
      rows.add("| " + CONTROL + " | | " + row.text() + " |");
      write(rows);
      assertThat(row.needed).as("seeds that fail without a bug").isEmpty();
    }
    assertThat(missed).isEmpty();
  }

  private static void write(List<String> rows) throws IOException {
    List<String> table = new ArrayList<>();
    table.add("| bug | what is removed | first caught by | runs needed, median | runs | how |");
    table.add("| --- | --- | --- | --- | --- | --- |");
    table.addAll(rows);
    Files.write(Path.of(System.getProperty("basedir", ""), "target/planted-bugs.md"), table);
  }

  /** What became of the runs of one bug. */
  private static final class Row {
    final List<Long> needed = new ArrayList<>();
    final TreeMap<String, Integer> how = new TreeMap<>();
    long firstSeed;
    int runs;
    private int sinceCatch;

    void add(long seed, Verdict verdict) {
      runs++;
      sinceCatch++;
      String said = verdict.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      how.merge(verdict.isCaught() ? verdict.check() : said, 1, Integer::sum);
      if (verdict.isCaught()) {
        firstSeed = needed.isEmpty() ? seed : firstSeed;
        needed.add((long) sinceCatch);
        sinceCatch = 0;
      }
    }

    String text() {
      if (needed.isEmpty()) {
        return "none | | " + runs + " | " + how;
      }
      long[] sorted = needed.stream().mapToLong(Long::longValue).sorted().toArray();
      double median =
          LongStream.of(sorted[(sorted.length - 1) / 2], sorted[sorted.length / 2])
              .average()
              .orElseThrow();
      return "seed %d | %.1f | %d | %s".formatted(firstSeed, median, runs, how);
    }
  }

  private Row run(PlantedProgram program, int catchesMax) throws Exception {
    Row row = new Row();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Verdict>> underWay = new ArrayList<>();
      long next = first;
      for (long seed = first; seed <= last && row.needed.size() < catchesMax; seed++) {
        while (next <= last && next < seed + threads) {
          long begun = next++;
          underWay.add(pool.submit(() -> program.run(begun, busySeconds, faultFactor)));
        }
        row.add(seed, underWay.remove(0).get());
      }
    } finally {
      pool.shutdownNow();
    }
    return row;
  }
}
