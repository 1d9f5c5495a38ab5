package io.ashlar.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.program.ProgramThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users' code that waits, on whole clusters under faults. */
@Timeout(120)
class SimulatedRunTest {
  private static final SimulatedRunOptions SHORT =
      SimulatedRunOptions.defaults().withBusySeconds(5);
  private static final SimulatedRunOptions CALM = SHORT.withFaults(Selection.none());
  private static final byte[] COUNTER = "counter".getBytes(UTF_8);

  private final Set<Thread> before = Thread.getAllStackTraces().keySet();

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread))
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith(ProgramThreads.NAME));
  }

  /** What a test does in a run, and what may go wrong in it. */
  private interface Body {
    void run(Simulated simulated) throws Exception;
  }

  /** Runs it as the extension would; gives the digest. */
  private static String run(long seed, SimulatedRunOptions options, Body body) throws Throwable {
    try (SimulatedRun run = SimulatedRun.boot(seed, options)) {
      run.beginFaults();
      run.run("the test", () -> body.run(run.simulated()));
      run.finish();
      return run.digest();
    }
  }

  private static long get(Database database) {
    byte[] value = database.read(transaction -> transaction.getBlocking(COUNTER));
    return value == null ? 0 : Long.parseLong(new String(value, UTF_8));
  }

  /** Adds one, and says how often it was certainly done, and how often perhaps. */
  private static void increment(Database database, int[] sureAndUnsure) {
    try {
      database.run(
          transaction -> {
            byte[] value = transaction.getBlocking(COUNTER);
            long next = value == null ? 1 : Long.parseLong(new String(value, UTF_8)) + 1;
            transaction.set(COUNTER, Long.toString(next).getBytes(UTF_8));
            return null;
          });
      sureAndUnsure[0]++;
    } catch (AshlarException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
      sureAndUnsure[1]++;
    }
  }

  /** Clients that count, wait and are killed, and a check of what they have counted. */
  private static void count(Simulated simulated, List<Integer> starts) {
    int[] counted = new int[2];
    int[] begun = new int[1];
    List<SimulatedProgram<Integer>> programs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      programs.add(
          simulated.spawn(
              "counter-" + i,
              client -> {
                while (client.isBusy()) {
                  begun[0]++;
                  increment(client.database(), counted);
                  client.sleep(Duration.ofMillis(client.random().nextInt(1, 100)));
                }
                return client.starts();
              }));
    }
    for (SimulatedProgram<Integer> program : programs) {
      starts.add(program.join());
    }
    long sum = get(simulated.database());
    assertThat(sum).isBetween((long) counted[0], (long) begun[0]);
    assertThat(counted[0]).isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theSameSeedGivesTheSameRun(long seed) throws Throwable {
    List<Integer> starts = new ArrayList<>();
    String first = run(seed, SHORT, simulated -> count(simulated, starts));
    List<Integer> again = new ArrayList<>();
    assertThat(run(seed, SHORT, simulated -> count(simulated, again))).isEqualTo(first);
    assertThat(again).isEqualTo(starts);
    System.out.println("seed " + seed + " starts " + starts + " digest " + first);
    assertThat(run(seed + 50, SHORT, simulated -> count(simulated, new ArrayList<>())))
        .isNotEqualTo(first);
  }

  @Test
  void someSeedKillsAProgramAndItBeginsAnew() throws Throwable {
    TreeSet<Integer> starts = new TreeSet<>(List.of(0));
    for (long seed = 1; seed <= 100 && starts.last() <= 1; seed++) {
      List<Integer> some = new ArrayList<>();
      run(seed, SHORT, simulated -> count(simulated, some));
      starts.addAll(some);
    }
    assertThat(starts.last()).isGreaterThan(1);
  }

  @Test
  void aProgramThatTheTestKillsBeginsAnew() throws Throwable {
    List<String> log = new ArrayList<>();
    run(
        7,
        CALM,
        simulated -> {
          SimulatedProgram<String> program =
              simulated.spawn(
                  "victim",
                  client -> {
                    try {
                      client.sleep(Duration.ofSeconds(1));
                      return "done at start " + client.starts();
                    } finally {
                      log.add("end of start " + client.starts());
                    }
                  });
          simulated.sleep(Duration.ofMillis(300));
          program.kill();
          log.add(program.join());
          assertThat(program.isDone()).isTrue();
          program.kill();
        });
    assertThat(log).containsExactly("end of start 1", "end of start 2", "done at start 2");
  }

  @Test
  void asynchronousCodeRunsThereToo() throws Throwable {
    List<String> threads = new ArrayList<>();
    run(
        3,
        CALM,
        simulated -> {
          Database database = simulated.database();
          CompletableFuture<String> chain =
              database
                  .runAsync(
                      transaction -> {
                        transaction.set(COUNTER, "5".getBytes(UTF_8));
                        return CompletableFuture.completedFuture(null);
                      })
                  .thenCompose(done -> database.readAsync(reading -> reading.get(COUNTER)))
                  .thenApply(
                      value -> {
                        threads.add(Thread.currentThread().getName());
                        // A callback may wait as well.
                        simulated.sleep(Duration.ofSeconds(2));
                        return new String(value, UTF_8) + " and " + get(database);
                      });
          assertThat(chain.join()).isEqualTo("5 and 5");
        });
    assertThat(threads).singleElement().asString().contains("callback");
  }

  @Test
  void timesAreVirtual() throws Throwable {
    long begun = System.nanoTime();
    run(
        4,
        CALM.withCalmSecondsMax(100_000),
        simulated -> {
          Environment environment = simulated.database().environment();
          Duration before = simulated.now();
          long clock = environment.nowNanos();
          simulated.sleep(Duration.ofMinutes(2));
          environment.delayBlocking(Duration.ofMinutes(1));
          CompletableFuture<Void> never = environment.adopt(new CompletableFuture<>());
          assertThatThrownBy(() -> never.get(1, TimeUnit.MINUTES))
              .isInstanceOf(TimeoutException.class);
          assertThatThrownBy(() -> never.orTimeout(1, TimeUnit.MINUTES).join())
              .hasCauseInstanceOf(TimeoutException.class);
          assertThat(simulated.now().minus(before))
              .isBetween(Duration.ofSeconds(300), Duration.ofSeconds(301));
          assertThat(environment.nowNanos() - clock)
              .isBetween(TimeUnit.SECONDS.toNanos(300), TimeUnit.SECONDS.toNanos(301));
        });
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(60));
  }

  @Test
  void clientsThatLastAreThereThroughout() throws Throwable {
    run(
        5,
        SHORT.withClients(3),
        simulated -> {
          assertThat(simulated.clients())
              .extracting(SimulatedClient::name)
              .containsExactly("test", "client-1", "client-2");
          int[] counted = new int[2];
          while (simulated.isBusy()) {
            for (SimulatedClient client : simulated.clients()) {
              increment(client.database(), counted);
              simulated.sleep(Duration.ofMillis(50));
            }
          }
          for (SimulatedClient client : simulated.clients()) {
            assertThat(get(client.database()))
                .isBetween((long) counted[0], (long) counted[0] + counted[1]);
          }
        });
  }

  @Test
  void faultsEndWhenTheTestSaysSo() throws Throwable {
    run(
        6,
        SHORT.withBusySeconds(3_000),
        simulated -> {
          assertThat(simulated.faults().goOn()).isTrue();
          simulated.sleep(Duration.ofSeconds(5));
          simulated.faults().heal();
          assertThat(simulated.faults().goOn()).isFalse();
          assertThat(simulated.isBusy()).isFalse();
          simulated.eventually("it counts", () -> increment(simulated.database(), new int[2]));
        });
  }

  @Test
  void whatDoesNotComeTrueIsTold() {
    assertThatThrownBy(
            () ->
                run(
                    6,
                    CALM,
                    simulated ->
                        simulated.eventually(
                            "pigs fly", () -> assertThat(get(simulated.database())).isEqualTo(7))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("pigs fly: not within")
        .hasMessageContaining("virtual seconds without faults");
  }

  @Test
  void whatTheTestThrowsComesOut() {
    IllegalStateException thrown = new IllegalStateException("mine");
    assertThatThrownBy(
            () ->
                run(
                    1,
                    CALM,
                    simulated -> {
                      simulated.sleep(Duration.ofSeconds(1));
                      throw thrown;
                    }))
        .isSameAs(thrown);
  }

  @Test
  void whatAProgramThrowsEndsTheRun() {
    List<String> log = new ArrayList<>();
    AssertionError thrown = new AssertionError("of a program");
    assertThatThrownBy(
            () ->
                run(
                    1,
                    CALM,
                    simulated -> {
                      simulated.spawn(
                          "thrower",
                          client -> {
                            client.sleep(Duration.ofSeconds(1));
                            throw thrown;
                          });
                      try {
                        simulated.sleep(Duration.ofHours(1));
                      } finally {
                        log.add("unwound");
                      }
                    }))
        .isSameAs(thrown);
    assertThat(log).containsExactly("unwound");
  }

  @Test
  void whatDoesNotEndIsToldWithItsPlace() {
    assertThatThrownBy(
            () ->
                run(
                    1,
                    CALM.withCalmSecondsMax(20),
                    simulated -> {
                      simulated.spawn("watcher", SimulatedRunTest::waitForAChange);
                      simulated.sleep(Duration.ofSeconds(1));
                    }))
        .isInstanceOf(SimulatedRunFailed.class)
        .hasMessageContaining("not come to its end within 20 virtual seconds")
        .hasMessageContaining("watcher has waited for a future of watcher")
        .hasMessageContaining("SimulatedRunTest.waitForAChange");
  }

  private static Void waitForAChange(SimulatedClient client) {
    return client.database().run(transaction -> transaction.watch(COUNTER)).join();
  }

  @Test
  void whoBlocksOtherwiseIsToldWhere() {
    assertThatThrownBy(
            () ->
                run(
                    1,
                    CALM.withBlockedSecondsMax(1),
                    simulated -> new CompletableFuture<Void>().get()))
        .isInstanceOf(SimulatedRunFailed.class)
        .hasNoCause()
        .hasMessageContaining("has not waited for the database for 1.0 s of real time")
        .hasMessageContaining("SimulatedRunTest")
        .hasMessageContaining("adopt(future)");
  }

  @Test
  void threadsFromOutsideAreFoundOut() {
    ExecutorService outside = Executors.newSingleThreadExecutor();
    try {
      assertThatThrownBy(
              () ->
                  run(
                      1,
                      CALM,
                      simulated -> {
                        outside
                            .submit(() -> simulated.database().createTransaction().get(COUNTER))
                            .get();
                      }))
          .isInstanceOfAny(SimulatedRunFailed.class, java.util.concurrent.ExecutionException.class)
          .hasMessageContaining("none of the simulation");
    } finally {
      outside.shutdown();
    }
  }

  @Test
  void namesOfProgramsAreUnique() {
    assertThatThrownBy(
            () ->
                run(
                    1,
                    CALM,
                    simulated -> {
                      simulated.spawn("twin", client -> 1);
                      simulated.spawn("twin", client -> 2);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'twin'");
  }

  @Test
  void optionsOutOfRangeAreRefusedWithTheRange() {
    assertThatThrownBy(() -> SHORT.withBusySeconds(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("busySeconds is 0: it must be 1 to 3600");
  }
}
