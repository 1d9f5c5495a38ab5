package io.ashlar.server.bench;

import io.ashlar.client.Database;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.Stores;
import io.ashlar.server.Trees;
import io.ashlar.server.demo.CityImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ashlar bench table}. */
@Command(
    name = "table",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what tables cost beside plain keys: by turns, in one run, on stores of this process.",
      "The import of the places with three indexes beside the puts of the same keys and values;",
      "reads through a unique index beside gets of the rows' keys."
    })
final class TableCommand implements Callable<Integer> {
  private static final long SEED = 20_261_126;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "2147483647",
      description = "At most so many rows. Default: all places, some 171,000")
  private int rowsMax;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "5",
      description = "Turns of each kind; the medians are told. Default: 5")
  private int turns;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "Seconds of each turn of reads. Default: 3")
  private double seconds;

  @Option(
      names = "--clients",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,64",
      description = "Reads under way at a time. Default: 1,64")
  private List<Integer> clients;

  @Option(names = "--json", description = "Ends with one JSON line of the result.")
  private boolean json;

  private final List<Object> results = new ArrayList<>();
  private boolean sound = true;

  @Override
  public Integer call() throws Exception {
    if (rowsMax < 1
        || turns < 1
        || !BenchCommand.isTurn(seconds)
        || clients.stream().anyMatch(one -> one < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows, --turns, --seconds and --clients are more than 0, --seconds at most 86,400: a day");
    }
    Path home = Files.createTempDirectory("ashlar-bench-table-");
    try {
      measureImport(home);
      measureReads(home);
    } finally {
      Trees.delete(home);
    }
    if (json) {
      spec.commandLine()
          .getOut()
          .println(
              Json.object().put("result", sound ? "ok" : "failed").put("measurements", results));
    }
    return sound ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private void say(String format, Object... arguments) {
    if (!json) {
      spec.commandLine().getOut().println(String.format(Locale.ROOT, format, arguments));
      spec.commandLine().getOut().flush();
    }
  }

  private static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
    double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** One pair of turns: seconds of each. */
  private record ImportTurn(double table, double raw) {
    double ratio() {
      return table / raw;
    }
  }

  private void measureImport(Path home) throws IOException, InterruptedException {
    CityImport cities = CityImport.load(rowsMax);
    List<ImportTurn> all = new ArrayList<>();
    for (int turn = 0; turn < turns; turn++) {
      Path directory = home.resolve("import-" + turn);
      double table;
      try (Database database = Stores.open(directory.resolve("table"))) {
        table = cities.importTable(database);
        cities.remember(database);
      }
      double raw;
      try (Database database = Stores.open(directory.resolve("raw"))) {
        raw = cities.putRaw(database);
      }
      Trees.delete(directory);
      all.add(new ImportTurn(table, raw));
      say(
          "turn %d: table %,.0f rows/s with %,.0f entries/s; raw %,.0f puts/s of the same bytes",
          turn + 1, cities.rows() / table, cities.entries() / table, cities.keys() / raw);
    }
    sound &= cities.entries() == 3L * cities.rows();
    double rows = median(all, turn -> cities.rows() / turn.table());
    double puts = median(all, turn -> cities.keys() / turn.raw());
    double ratio = median(all, ImportTurn::ratio);
    say(
        "import: %,.0f rows/s with %,.0f index entries/s (%,d rows); raw puts of the same %,d keys,"
            + " %.1f MB: %,.0f keys/s, as if %,.0f rows/s; the table takes %.2f times as long",
        rows, 3 * rows, cities.rows(), cities.keys(), cities.bytes() / 1e6, puts, puts / 4, ratio);
    results.add(
        Json.object()
            .put("what", "import")
            .put("rows", cities.rows())
            .put("rowsPerSecond", rows)
            .put("entriesPerSecond", 3 * rows)
            .put("rawPutsPerSecond", puts)
            .put("timesAsLong", ratio));
  }

  /** One turn of each kind: reads a second. */
  private record ReadTurn(double plain, double byKey, double byIndex) {
    double keyRatio() {
      return plain / byKey;
    }

    double indexRatio() {
      return plain / byIndex;
    }
  }

  private void measureReads(Path home) throws InterruptedException {
    try (Database database = Stores.open(home.resolve("reads"))) {
      IndexReads reads = new IndexReads(database, Math.min(rowsMax, 100_000));
      reads.load();
      for (int count : clients) {
        List<ReadTurn> all = new ArrayList<>();
        for (int turn = -1; turn < turns; turn++) {
          ReadTurn one =
              new ReadTurn(
                  perSecond(ClosedLoop.run("get", count, seconds / 4, seconds, SEED, reads::plain)),
                  perSecond(
                      ClosedLoop.run("by key", count, seconds / 4, seconds, SEED, reads::byKey)),
                  perSecond(
                      ClosedLoop.run(
                          "by index", count, seconds / 4, seconds, SEED, reads::byIndex)));
          if (turn >= 0) {
            all.add(one);
          }
        }
        double[] ratios = all.stream().mapToDouble(ReadTurn::indexRatio).sorted().toArray();
        say(
            "reads, %d clients: plain get %,.0f/s; row by primary key %,.0f/s, %.2f times the cost;"
                + " row by unique index %,.0f/s, %.2f times the cost (turns %s)",
            count,
            median(all, ReadTurn::plain),
            median(all, ReadTurn::byKey),
            median(all, ReadTurn::keyRatio),
            median(all, ReadTurn::byIndex),
            median(all, ReadTurn::indexRatio),
            Arrays.stream(ratios)
                .mapToObj(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                .toList());
        results.add(
            Json.object()
                .put("what", "reads")
                .put("clients", count)
                .put("getsPerSecond", median(all, ReadTurn::plain))
                .put("byKeyPerSecond", median(all, ReadTurn::byKey))
                .put("byIndexPerSecond", median(all, ReadTurn::byIndex))
                .put("byKeyCost", median(all, ReadTurn::keyRatio))
                .put("byIndexCost", median(all, ReadTurn::indexRatio)));
      }
    }
  }

  private double perSecond(ClosedLoop.Measurement measured) {
    if (!measured.failures().isEmpty() || measured.operations() == 0) {
      sound = false;
      say("%s: FAILURES %s", measured.name(), measured.failures());
    }
    return measured.perSecond();
  }
}
