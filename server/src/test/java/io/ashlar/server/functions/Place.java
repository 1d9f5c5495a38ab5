package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where a database is, and what befalls it in the middle of a test. For one thread. */
abstract class Place implements AutoCloseable {
  private Database database;

  private Place(Database database) {
    this.database = database;
  }

  Database database() {
    return database;
  }

  /** While clients are at work on the first half. */
  void duringFirstHalf() throws InterruptedException {}

  /** Between the halves, while nobody is at work. */
  void atHalf() {}

  /** While clients are at work on the second half. */
  void duringSecondHalf() throws InterruptedException {}

  @Override
  public void close() {
    database.close();
  }

  /** A database that lives as long as this. */
  static final class Memory extends Place {
    Memory() {
      super(Ashlar.inMemory());
    }
  }

  /** A database in a directory, which is closed and opened again. */
  static final class Directory extends Place {
    private final Path directory;

    Directory(Path directory) {
      super(Ashlar.open(directory));
      this.directory = directory;
    }

    @Override
    void atHalf() {
      database().close();
      super.database = Ashlar.open(directory);
    }
  }

  /** Three processes that keep everything twice, of which one is killed. */
  static final class Cluster extends Place {
    private static final int PROCESSES = 3;
    private static final long HEALTHY_NANOS_MAX = 120_000_000_000L;
    private static final long LOOK_MILLIS = 100;

    private final Path home;
    private final Program program = new Program();
    private int killed;

    Cluster(Path home) {
      super(started(home));
      this.home = home;
    }

    private static Database started(Path home) {
      run(
          new Program(),
          home,
          "up",
          "--processes",
          Integer.toString(PROCESSES),
          "--replication",
          "double",
          "--ends-with",
          Long.toString(ProcessHandle.current().pid()));
      return Ashlar.connect(home.resolve("ashlar.cluster"));
    }

    private static void run(Program program, Path home, String... arguments) {
      List<String> all = new ArrayList<>(List.of("cluster"));
      all.addAll(List.of(arguments));
      all.addAll(List.of("--dir", home.toString()));
      assertThat(program.run(all.toArray(String[]::new))).as("%s: %s", all, program).isZero();
    }

    /** What was killed by the test before comes back, until everything is there twice again. */
    @Override
    void duringFirstHalf() throws InterruptedException {
      if (killed > 0) {
        run(
            program,
            home,
            "restart",
            Integer.toString(killed),
            "--ends-with",
            Long.toString(ProcessHandle.current().pid()));
      }
      awaitHealthy();
    }

    /** Another process each time. */
    @Override
    void duringSecondHalf() {
      killed = killed % PROCESSES + 1;
      run(program, home, "kill", Integer.toString(killed));
    }

    private void awaitHealthy() throws InterruptedException {
      long begun = System.nanoTime();
      String file = home.resolve("ashlar.cluster").toString();
      while (program.run("status", "--cluster", file) != ExitCodes.OK) {
        assertThat(System.nanoTime() - begun).as("%s", program).isLessThan(HEALTHY_NANOS_MAX);
        new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void close() {
      super.close();
      run(program, home, "down");
    }
  }
}
