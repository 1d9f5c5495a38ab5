package io.ashlar.simulation.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedFaults;
import io.ashlar.simulation.SimulatedProgram;
import io.ashlar.simulation.program.ProgramThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** The extension as its users see it: each case is a test class that JUnit runs within the test. */
@Timeout(120)
class SimulatedClusterTest {
  private static final byte[] KEY = "key".getBytes(UTF_8);

  /** What the inner classes tell; each test begins with an empty one. */
  private static final List<String> TOLD = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void forgetWhatWasTold() {
    TOLD.clear();
  }

  private static void put(Database database, String value) {
    database.run(
        transaction -> {
          transaction.set(KEY, value.getBytes(UTF_8));
          return null;
        });
  }

  private static String get(Database database) {
    byte[] value = database.read(transaction -> transaction.getBlocking(KEY));
    return value == null ? null : new String(value, UTF_8);
  }

  // ---- what passes

  static class Passing {
    private int calls;

    @BeforeEach
    void setUp(Database database, SimulatedFaults faults) {
      put(database, "set up");
      TOLD.add("before " + Thread.currentThread().getName());
      calls++;
    }

    @SimulatedCluster(seeds = 3, firstSeed = 5, busySeconds = 2)
    void reads(
        Simulated simulated,
        Database database,
        Environment environment,
        SimulatedFaults faults,
        RandomGenerator random) {
      assertThat(get(database)).isEqualTo("set up");
      assertThat(faults.goOn()).isTrue();
      environment.delayBlocking(Duration.ofMillis(1 + random.nextInt(10)));
      TOLD.add("test " + simulated.seed() + " " + ++calls);
      simulated.spawn("later", client -> TOLD.add("program"));
    }

    @AfterEach
    void look(Database database, Simulated simulated) {
      assertThat(simulated.faults().goOn()).isFalse();
      TOLD.add("after " + get(database));
    }
  }

  @Test
  void eachSeedIsATestWithAnInstanceOfItsOwn() {
    LaunchedTests launched = LaunchedTests.of(Passing.class);
    assertThat(launched.containers).isEmpty();
    assertThat(launched.ended.keySet()).containsExactly("seed 5", "seed 6", "seed 7");
    assertThat(launched.ended.values()).containsOnlyNulls();
    String before = "before " + ProgramThreads.NAME + " @BeforeEach setUp";
    assertThat(TOLD)
        .containsExactly(
            before,
            "test 5 2",
            "program",
            "after set up",
            before,
            "test 6 2",
            "program",
            "after set up",
            before,
            "test 7 2",
            "program",
            "after set up");
  }

  @SimulatedCluster(seeds = 2, faults = "none", busySeconds = 1, clients = 2)
  static class OnTheClass {
    private Database own;

    @BeforeEach
    void setUp(Database database) {
      own = database;
    }

    @SimulatedTest
    void takesLists(List<Database> databases) {
      assertThat(databases).hasSize(2).first().isSameAs(own);
      put(databases.get(0), "by the first");
      assertThat(get(databases.get(1))).isEqualTo("by the first");
      TOLD.add("simulated");
    }

    @Nested
    class Inner {
      @SimulatedTest
      void hasTheSettingsOfTheClassAroundIt(Simulated simulated) {
        TOLD.add("inner " + simulated.clients().size());
      }

      @SimulatedCluster(seed = 9, busySeconds = 1)
      void orItsOwn(Simulated simulated) {
        TOLD.add("own " + simulated.seed() + " " + simulated.clients().size());
      }
    }
  }

  @SimulatedCluster(seeds = 2, faults = "none", busySeconds = 1)
  static class Mixed {
    @SimulatedTest
    void simulated(Database database) {
      put(database, "value");
      TOLD.add("simulated");
    }

    @Test
    void plain() {
      TOLD.add("plain");
    }
  }

  @Test
  void plainTestsBesideThemAreLeftAlone() {
    assertThat(LaunchedTests.of(Mixed.class).ended.values()).hasSize(3).containsOnlyNulls();
    assertThat(TOLD).containsExactlyInAnyOrder("simulated", "simulated", "plain");
  }

  @Test
  void settingsOnTheClassAreForItsSimulatedTests() {
    LaunchedTests launched = LaunchedTests.of(OnTheClass.class);
    assertThat(launched.containers).isEmpty();
    assertThat(launched.ended.values()).containsOnlyNulls();
    assertThat(TOLD)
        .containsExactlyInAnyOrder("simulated", "simulated", "inner 2", "inner 2", "own 9 1");
  }

  static class Assuming {
    @SimulatedCluster(seeds = 2, busySeconds = 1, faults = "none")
    void assumes() {
      Assumptions.assumeTrue(false, "not here");
    }
  }

  @Test
  void anAssumptionThatDoesNotHoldIsNoFailure() {
    LaunchedTests launched = LaunchedTests.of(Assuming.class);
    assertThat(launched.ended.values())
        .hasSize(2)
        .allSatisfy(thrown -> assertThat(thrown).isInstanceOf(TestAbortedException.class));
  }

  // ---- what fails

  static class Failing {
    @SimulatedCluster(
        seeds = 50,
        busySeconds = 1,
        faults = {"kill", "cut"})
    void failsFromTheThirdOn(Simulated simulated, Database database) {
      put(database, "" + simulated.seed());
      TOLD.add("ran " + simulated.seed());
      if (simulated.seed() >= 3) {
        assertEquals("7", get(database), "what is there");
      }
    }

    @AfterEach
    void tell(Database database) {
      TOLD.add("after " + get(database));
    }
  }

  @Test
  void theFirstSeedThatFailsEndsItAndTellsHowToHaveItAgain() throws IOException {
    LaunchedTests launched = LaunchedTests.of(Failing.class);
    assertThat(launched.ended.keySet()).containsExactly("seed 1", "seed 2", "seed 3");
    assertThat(TOLD).endsWith("ran 3", "after 3").hasSize(6);
    AssertionFailedError failure = (AssertionFailedError) launched.failure();
    assertThat(failure.getMessage().lines().findFirst())
        .hasValue("seed 3: what is there ==> expected: <7> but was: <3>");
    assertThat(failure)
        .hasMessageContaining(
            "\n  replay: mvn test -Dtest='SimulatedClusterTest$Failing#failsFromTheThirdOn'"
                + " -Dashlar.seed=3\n"
                + "          or seed = 3 in @SimulatedCluster, or ASHLAR_SEED=3 in the environment\n")
        .hasMessageMatching("(?s).*\n  faults: (none|kill \\d+|cut \\d+|kill \\d+, cut \\d+)\n.*")
        .hasCauseInstanceOf(AssertionFailedError.class);
    assertThat(failure.getExpected().getValue()).isEqualTo("7");
    assertThat(failure.getActual().getValue()).isEqualTo("3");
    assertThat(failure.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("failsFromTheThirdOn"));
    assertThat(Files.readString(file(failure, "events")))
        .contains("seed 3")
        .contains("failsFromTheThirdOn")
        .contains("storage engine: ")
        .contains("ProcessBooted");
    assertThat(Files.readString(file(failure, "course")))
        .contains("<html")
        .contains("what is there ==> expected: ")
        .contains("failsFromTheThirdOn, seed 3");
  }

  /** What a failure says that it has written. */
  private static Path file(Throwable failure, String name) {
    return Path.of(
        failure
            .getMessage()
            .lines()
            .filter(line -> line.startsWith("  " + name + ": "))
            .findFirst()
            .orElseThrow()
            .replaceAll(".*" + name + ": (.*?)( \\(.*)?$", "$1"));
  }

  static class Killing {
    @SimulatedCluster(seeds = 1, busySeconds = 1, faults = "none")
    void kills(Simulated simulated, Database database) {
      SimulatedProgram<Void> worker =
          simulated.spawn(
              "worker",
              client -> {
                client.note("start " + client.starts());
                client.sleep(Duration.ofMillis(200));
                return null;
              });
      simulated.sleep(Duration.ofMillis(100));
      worker.kill();
      worker.join();
      put(database, "value");
      assertEquals("another", get(database));
    }
  }

  @Test
  void aFailureTellsWhatHappenedToTheProgramsOfTheTest() throws IOException {
    Path file = file(LaunchedTests.of(Killing.class).failure(), "events");
    List<String> happened =
        Files.readAllLines(file).stream()
            .dropWhile(line -> !line.equals("What happened:"))
            .takeWhile(line -> !line.isEmpty())
            .filter(line -> line.contains("worker"))
            .map(line -> line.replaceAll("At [0-9.]+ s |\\(10[0-9.:]+\\) ", ""))
            .toList();
    assertThat(happened)
        .containsExactly(
            "worker begins.",
            "worker notes: start 1.",
            "worker is killed.",
            "worker is back.",
            "worker begins anew.",
            "worker notes: start 2.");
  }

  @Test
  void aSeedThatIsAskedForIsRunAlone() {
    LaunchedTests launched = LaunchedTests.of(Failing.class, "ashlar.seed", "2, 7..8");
    assertThat(launched.ended.keySet()).containsExactly("seed 2", "seed 7", "seed 8");
    assertThat(launched.failure()).hasMessageStartingWith("seed 8: ");
  }

  @Test
  void allEventsAreWrittenWhenTheyAreAskedFor() {
    LaunchedTests launched =
        LaunchedTests.of(Failing.class, "ashlar.seed", "4", "ashlar.trace", "true");
    assertThat(launched.failure()).hasMessageContaining("events: ");
    assertThat(launched.failure().getMessage()).doesNotContain("the last ones");
  }

  static class FailingOften {
    @SimulatedCluster(seeds = 20, busySeconds = 1, faults = "none", failuresMax = 3)
    void fails(Simulated simulated) {
      if (simulated.seed() % 2 == 0) {
        throw new IllegalStateException("even");
      }
    }
  }

  @Test
  void moreFailuresAreToldWhenTheyAreAskedFor() {
    LaunchedTests launched = LaunchedTests.of(FailingOften.class);
    assertThat(launched.ended.keySet()).hasSize(6).endsWith("seed 6");
    assertThat(launched.ended.get("seed 2"))
        .hasMessageStartingWith("seed 2: java.lang.IllegalStateException: even")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void seedsMayRunBesideEachOther() {
    LaunchedTests launched =
        LaunchedTests.of(
            FailingOften.class,
            "junit.jupiter.execution.parallel.enabled",
            "true",
            "junit.jupiter.execution.parallel.mode.default",
            "concurrent",
            "junit.jupiter.execution.parallel.config.strategy",
            "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism",
            "2");
    long failed = launched.ended.values().stream().filter(thrown -> thrown != null).count();
    assertThat(failed).isBetween(3L, 5L);
    assertThat(launched.ended.size() + launched.skipped.size()).isLessThanOrEqualTo(20);
  }

  static class FailingInAProgram {
    @SimulatedCluster(seeds = 2, busySeconds = 1, faults = "none")
    void spawns(Simulated simulated) {
      SimulatedProgram<String> program =
          simulated.spawn(
              "worker",
              client -> {
                client.sleep(Duration.ofMillis(50));
                throw new IOException("in a program");
              });
      program.join();
    }
  }

  @Test
  void whatAProgramThrowsFailsTheTest() {
    assertThat(LaunchedTests.of(FailingInAProgram.class).failure())
        .hasMessageStartingWith("seed 1: java.io.IOException: in a program")
        .hasCauseInstanceOf(IOException.class);
  }

  static class Blocking {
    @SimulatedCluster(seeds = 2, busySeconds = 1, faults = "none", blockedSecondsMax = 1)
    void waitsForALatch() throws InterruptedException {
      new CountDownLatch(1).await();
    }

    @AfterEach
    void free() {
      TOLD.add("freed");
    }
  }

  @Test
  void whoBlocksIsToldWhereAndWhatToDo() {
    assertThat(LaunchedTests.of(Blocking.class).failure())
        .hasMessageContaining("waitsForALatch has not waited for the database for 1.0 s")
        .hasMessageContaining("CountDownLatch")
        .hasMessageContaining("SimulatedClusterTest$Blocking.waitsForALatch")
        .hasMessageContaining("In place of Thread.sleep use client.sleep");
    assertThat(TOLD).containsExactly("freed");
  }

  static class Locking {
    private final Object lock = new Object();

    @SimulatedCluster(seeds = 1, busySeconds = 1, faults = "none", blockedSecondsMax = 0)
    void holdsALockWhileItWaits(Simulated simulated) {
      for (int i = 0; i < 2; i++) {
        simulated.spawn(
            "program-" + i,
            client -> {
              synchronized (lock) {
                put(client.database(), "value");
                client.sleep(Duration.ofMillis(100));
              }
              return null;
            });
      }
    }
  }

  @Test
  @Timeout(30)
  void whoWaitsForALockOfAProgramThatWaitsIsToldSoWithoutALimit() {
    Throwable failure = LaunchedTests.of(Locking.class).failure();
    assertThat(failure)
        .hasMessageContaining("waits for a lock of a program that does not run meanwhile")
        .hasMessageContaining("which the thread 'simulated program-")
        .hasMessageContaining("SimulatedClusterTest$Locking.lambda$holdsALockWhileItWaits")
        .hasMessageContaining("Hold no lock while you wait");
    assertThat(failure.getMessage()).doesNotContain("org.junit").doesNotContain("$$Lambda");
  }

  static class TimingOut {
    @SimulatedCluster(seeds = 2, busySeconds = 3_600)
    @Timeout(2)
    void goesOnForEver(Simulated simulated) {
      while (simulated.isBusy()) {
        simulated.sleep(Duration.ofMillis(1));
      }
    }
  }

  @Test
  void theTimeoutsOfJUnitEndARun() {
    assertThat(LaunchedTests.of(TimingOut.class).ended.get("seed 1"))
        .hasMessageContaining("timed out after 2 seconds");
  }

  private static final AtomicInteger OUTSIDE = new AtomicInteger();

  static class NotRepeatable {
    @SimulatedCluster(seeds = 3, busySeconds = 1, faults = "none", twice = true)
    void takesSomethingFromOutside(Database database) {
      put(database, "value " + OUTSIDE.incrementAndGet());
    }
  }

  static class Repeatable {
    @SimulatedCluster(seeds = 2, busySeconds = 1, twice = true)
    void takesNothingFromOutside(Database database, RandomGenerator random) {
      put(database, "value " + random.nextInt());
    }
  }

  @Test
  void aTestThatIsNotTheSameTwiceIsFound() {
    assertThat(LaunchedTests.of(NotRepeatable.class).failure())
        .hasMessageStartingWith("seed 1: run twice, it was not the same run")
        .hasMessageContaining("ashlar.trace=true");
    LaunchedTests traced = LaunchedTests.of(NotRepeatable.class, "ashlar.trace", "true");
    assertThat(traced.failure()).hasMessageContaining("The first event that differs: ");
    LaunchedTests passed = LaunchedTests.of(Repeatable.class);
    assertThat(passed.ended.keySet())
        .containsExactly("seed 1", "seed 1 again", "seed 2", "seed 2 again");
    assertThat(passed.ended.values()).containsOnlyNulls();
  }

  // ---- what is used in the wrong way

  static class NoSeeds {
    @SimulatedCluster(seeds = 0)
    void test() {}
  }

  static class UnknownFault {
    @SimulatedCluster(faults = {"kill", "earthquake"})
    void test() {}
  }

  static class MixedFaults {
    @SimulatedCluster(faults = {"kill", "-cut"})
    void test() {}
  }

  static class NoTime {
    @SimulatedCluster(busySeconds = 0)
    void test() {}
  }

  static class NoFailures {
    @SimulatedCluster(failuresMax = 0)
    void test() {}
  }

  @Test
  void settingsThatCannotBeAreRefusedWithWhatCan() {
    assertThat(LaunchedTests.of(NoSeeds.class).refusal())
        .hasMessage("@SimulatedCluster of NoSeeds.test: seeds is 0: it must be 1 to 1000000");
    assertThat(LaunchedTests.of(UnknownFault.class).refusal())
        .hasMessageContaining("faults: 'earthquake' is not one of: kill, ");
    assertThat(LaunchedTests.of(MixedFaults.class).refusal())
        .hasMessageContaining("either all names have a minus or none has");
    assertThat(LaunchedTests.of(NoTime.class).refusal())
        .hasMessageContaining("busySeconds is 0: it must be 1 to 3600");
    assertThat(LaunchedTests.of(NoFailures.class).refusal())
        .hasMessageContaining("failuresMax is 0: it must be 1 or more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seventeen", "1..", "5..1", "1,,2"})
  void aSeedThatCannotBeReadIsRefused(String text) {
    assertThat(LaunchedTests.of(Passing.class, "ashlar.seed", text).refusal())
        .hasMessageContaining("ashlar.seed: ")
        .hasMessageContaining("names no seeds");
  }

  @TestInstance(Lifecycle.PER_CLASS)
  static class OneInstance {
    @SimulatedCluster
    void test() {}
  }

  @Test
  void oneInstanceForAllSeedsIsRefused() {
    assertThat(LaunchedTests.of(OneInstance.class).refusal())
        .hasMessageContaining("take @TestInstance away");
  }

  @SimulatedCluster
  static class PlainTest {
    @Test
    void asksForADatabase(Database database) {}
  }

  static class TwoDatabases {
    @SimulatedCluster(seeds = 2)
    void copies(Database from, Database to) {}
  }

  static class Twofold {
    @SimulatedCluster(seeds = 2)
    @Test
    void isBoth(Database database) {}
  }

  @Test
  void twoDatabasesThatWouldBeOneAreRefused() {
    assertThat(LaunchedTests.of(TwoDatabases.class).ended.get("seed 1"))
        .hasMessageContaining("copies takes 2 parameters of the type Database")
        .hasMessageContaining("take a List<Database>, and give @SimulatedCluster clients = 2");
  }

  @Test
  void aTestThatIsPlainBesidesIsRefused() {
    LaunchedTests launched = LaunchedTests.of(Twofold.class);
    assertThat(launched.refusal())
        .hasMessage("isBoth is simulated, and a plain @Test besides: take @Test away");
    assertThat(launched.failure())
        .hasMessageContaining("isBoth is a plain @Test")
        .hasMessageContaining("take @Test away");
  }

  @SimulatedCluster
  static class BeforeAll {
    @org.junit.jupiter.api.BeforeAll
    static void prepare(Database database) {}

    @SimulatedTest
    void test() {}
  }

  @Test
  void whatHasNoClusterSaysSo() {
    assertThat(LaunchedTests.of(PlainTest.class).failure())
        .hasMessageContaining("asksForADatabase is a plain @Test")
        .hasMessageContaining("write @SimulatedTest in its place");
    assertThat(LaunchedTests.of(BeforeAll.class).refusal())
        .hasMessageContaining("a simulated cluster lives for one test and one seed");
  }
}
