package io.ashlar.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * How many seeds it takes to catch each planted bug: the table of docs/planted-bugs.md. Takes a
 * while, and is run by name alone, see HACKING.md. Properties:
 *
 * <ul>
 *   <li>{@code planted.seeds}: tried in this order; default 1..1000
 *   <li>{@code planted.catches}: a bug caught so often is left; default 1
 *   <li>{@code planted.threads}: bugs at a time; default 2
 *   <li>{@code planted.bug}: a part of the names of those wanted; default all
 *   <li>{@code planted.again}: whether rows that an earlier command has finished, with the same
 *       program and the same properties, are made anew; default false
 *   <li>{@code planted.seconds}, {@code planted.faultFactor}, {@code planted.workloads}, {@code
 *       planted.faults}: how runs are made, in place of what each bug says; {@code
 *       planted.asDefault}: as runs are by default
 * </ul>
 *
 * <p>Each catch begins the count anew, so the runs that a bug needed are those from disjoint
 * starting points, and their median is told. On each seed that catches a bug the program without it
 * runs too, in the same way, and must pass.
 */
class PlantedBugTable {
  private final long first;
  private final long last;
  private final int catches = Integer.getInteger("planted.catches", 1);
  private final int threads = Integer.getInteger("planted.threads", 2);
  private final String wanted = System.getProperty("planted.bug", "");
  private final boolean again = Boolean.getBoolean("planted.again");
  private final Path target = Path.of(System.getProperty("basedir", ""), "target");

  PlantedBugTable() {
    String[] seeds = System.getProperty("planted.seeds", "1..1000").split("\\.\\.");
    first = Long.parseLong(seeds[0]);
    last = Long.parseLong(seeds[1]);
  }

  private static RunAs runAs(PlantedBug bug) {
    RunAs runAs = Boolean.getBoolean("planted.asDefault") ? RunAs.DEFAULT : bug.runAs();
    return new RunAs(
        Integer.getInteger("planted.seconds", runAs.busySeconds()),
        Integer.getInteger("planted.faultFactor", runAs.faultFactor()),
        System.getProperty("planted.workloads", runAs.workloads()),
        System.getProperty("planted.faults", runAs.faults()));
  }

  @Test
  void everyBugIsCaught() throws Exception {
    List<PlantedBug> bugs =
        PlantedBugs.all().stream().filter(bug -> bug.name().contains(wanted)).toList();
    PlantedProgram plain = new PlantedProgram();
    FinishedRows finished =
        new FinishedRows(target.resolve("planted-bugs"), first + ".." + last + " " + catches);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<TableRow>> rows = new ArrayList<>();
    try {
      for (PlantedBug bug : bugs) {
        rows.add(pool.submit(() -> row(bug, plain, finished)));
      }
      for (Future<TableRow> row : rows) {
        row.get();
        write(rows);
      }
    } finally {
      pool.shutdownNow();
    }
    List<String> missed = new ArrayList<>();
    List<String> suspect = new ArrayList<>();
    for (Future<TableRow> row : rows) {
      if (!row.get().isCaught()) {
        missed.add(row.get().bug());
      }
      if (!row.get().control().isEmpty()) {
        suspect.add(row.get().bug() + ": " + row.get().control());
      }
    }
    assertThat(missed).as("bugs that nothing caught").isEmpty();
    assertThat(suspect).as("seeds that fail without the bug too").isEmpty();
  }

  private TableRow row(PlantedBug bug, PlantedProgram plain, FinishedRows finished)
      throws IOException {
    RunAs runAs = runAs(bug);
    TableRow row = again ? null : finished.find(bug, runAs);
    if (row == null) {
      long begun = System.nanoTime();
      Hunt hunt = new Hunt(bug, Hunt.controlOf(bug, plain), runAs).go(first, last, catches);
      row = TableRow.of(hunt, runAs, (System.nanoTime() - begun) / 1_000_000_000);
      finished.add(bug, runAs, row);
    }
    System.out.println(row.toMarkdown());
    System.out.println("    " + row.found());
    return row;
  }

  /** The rows that are there so far. */
  private void write(List<Future<TableRow>> rows) throws Exception {
    List<String> table = new ArrayList<>();
    table.add(TableRow.HEADER);
    table.add(TableRow.HEADER.replaceAll("[^|]+", " --- "));
    long seconds = 0;
    int caught = 0;
    for (Future<TableRow> row : rows) {
      if (row.isDone()) {
        table.add(row.get().toMarkdown());
        seconds += row.get().seconds();
        caught += row.get().isCaught() ? 1 : 0;
      }
    }
    table.add("");
    table.add(
        String.format(
            Locale.ROOT,
            "%d of %d bugs caught; seeds %d..%d, %d catches each; %d seconds, all threads together",
            caught,
            rows.size(),
            first,
            last,
            catches,
            seconds));
    Files.createDirectories(target);
    Files.write(target.resolve("planted-bugs.md"), table, StandardCharsets.UTF_8);
  }
}
