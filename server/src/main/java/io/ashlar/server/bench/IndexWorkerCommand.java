package io.ashlar.server.bench;

import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.Stores;
import io.ashlar.table.Index;
import io.ashlar.table.IndexBuild;
import io.ashlar.table.PassOptions;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Scrub;
import io.ashlar.table.Table;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process that {@link IndexCommand} kills: tells on standard output how far it is. */
@Command(name = "index-worker", hidden = true)
public final class IndexWorkerCommand implements Callable<Integer> {
  /** Begins a line with the number of rows that the build has been through. */
  static final String BUILT = "built ";

  /** The last line. */
  static final String DONE = "done";

  private static final long SEED = 20_261_126;
  private static final int ROWS_EACH = 1_000;
  private static final int NOTE_LENGTH = 60;
  private static final String BY_SCORE = "by-score";

  @Option(names = "--dir", required = true)
  private Path dir;

  @Option(names = "--phase", required = true)
  private String phase;

  @Option(names = "--rows", required = true)
  private long rows;

  @Option(names = "--writers", required = true)
  private int writers;

  @Option(names = "--seconds", required = true)
  private double seconds;

  private final OutputStream pipe = new FileOutputStream(FileDescriptor.out);

  /** A row of the table. */
  record Player(long id, long score, String note) {
    static Player draw(long id, SeededRandom random) {
      return new Player(id, random.nextLong(1_000_000), "n".repeat(NOTE_LENGTH));
    }
  }

  private static Table<Long, Player> table(List<Index<Player>> indexes) {
    return new Table<>(
        new Subspace(Tuple.from("bench", "players")),
        PrimaryKey.longs(),
        Player::id,
        RecordCodec.of(Player.class),
        indexes);
  }

  private static Table<Long, Player> indexed() {
    return table(List.of(Index.on(BY_SCORE, Player::score)));
  }

  @Override
  public Integer call() throws Exception {
    try (Database database = Stores.open(dir)) {
      switch (phase) {
        case "load" -> load(database);
        case "build" -> {
          write(database, table(List.of()), "before the build");
          Table<Long, Player> table = indexed();
          table.create(database).join();
          build(database, table, "during its first half");
        }
        case "resume" -> {
          Table<Long, Player> table = indexed();
          build(database, table, "during its second half");
          write(database, table, "after the build ");
          scrub(database, table);
        }
        default -> throw new IllegalArgumentException(phase);
      }
      say(DONE);
    }
    return 0;
  }

  /** One write for each line, with nothing kept back in a buffer when the process is killed. */
  private synchronized void say(String line) {
    try {
      pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException nobodyListens) {
      throw new UncheckedIOException(nobodyListens);
    }
  }

  private void load(Database database) {
    Table<Long, Player> table = table(List.of());
    table.create(database).join();
    SeededRandom random = new SeededRandom(SEED);
    long begun = System.nanoTime();
    for (long from = 0; from < rows; from += ROWS_EACH) {
      List<Player> several = new ArrayList<>();
      for (long id = from; id < Math.min(rows, from + ROWS_EACH); id++) {
        several.add(Player.draw(id, random));
      }
      table.putAll(database, several).join();
    }
    double took = (System.nanoTime() - begun) / 1e9;
    say(String.format(Locale.ROOT, "%,d rows without an index, loaded in %.1f s", rows, took));
  }

  private void write(Database database, Table<Long, Player> table, String when)
      throws InterruptedException {
    try (Writers running = new Writers(database, table, rows, writers, SEED)) {
      new CountDownLatch(1).await((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
      say(running.told(when));
    }
  }

  private void build(Database database, Table<Long, Player> table, String when)
      throws InterruptedException {
    long begun = System.nanoTime();
    try (Writers running = new Writers(database, table, rows, writers, SEED + 1);
        IndexBuild<Long, Player> build =
            table.newIndexBuild(database, BY_SCORE, PassOptions.defaults())) {
      IndexBuild.Progress progress;
      long first = -1;
      do {
        progress = build.stepOnce().join();
        first = first < 0 ? progress.rows() : first;
        if (progress.rows() >= rows / 2 && phase.equals("build")) {
          // The parent kills this process at the next line.
          tellRate(running, when, progress.rows() - first, begun);
        }
        say(BUILT + progress.rows());
      } while (!progress.finished());
      tellRate(running, when, progress.rows() - first, begun);
    }
  }

  private void tellRate(Writers running, String when, long built, long begun) {
    double took = (System.nanoTime() - begun) / 1e9;
    say(running.told(when));
    say(String.format(Locale.ROOT, "the build went through %,.0f rows/s", built / took));
  }

  private void scrub(Database database, Table<Long, Player> table) {
    long begun = System.nanoTime();
    Scrub.Report report = table.newScrub(database, false, PassOptions.defaults()).run().join();
    say(
        String.format(
            Locale.ROOT,
            "%s scrubbed %,d rows and %,d entries in %.1f s: %,d missing, %,d of no row",
            report.isClean() ? "✓" : "✗ NOT TRUE:",
            report.rows(),
            report.entries(),
            (System.nanoTime() - begun) / 1e9,
            report.missing(),
            report.dangling()));
    if (!report.isClean() || report.rows() != rows || report.entries() != rows) {
      throw new CommandFailedException("rows and index do not agree: " + report);
    }
  }
}
