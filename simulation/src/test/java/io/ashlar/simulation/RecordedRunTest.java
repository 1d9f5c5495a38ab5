package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.diagnosis.Moment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose course is kept. */
class RecordedRunTest {
  private static final SimOptions SHORT =
      SimOptions.defaults().withBusySeconds(3).withFaultFactor(4).withCommitsMin(0);
  private static final SimOptions FAILING =
      SHORT.withWorkloads(Selection.only(List.of("canary"))).withFaultFactor(1);

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private SimRunner runner() {
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    SimRunner runner = new SimRunner(printed, printed, new TreeMap<>());
    runner.writeFailuresTo(folder);
    return runner;
  }

  @Test
  void aRunThatIsRecordedIsTheSameRun() {
    for (long seed = 1; seed <= 3; seed++) {
      SimResult plain = Simulation.run(seed, SHORT);
      RecordedRun recorded = RecordedRun.of(Runs.REAL, seed, SHORT);
      assertThat(recorded.result().digest()).isEqualTo(plain.digest());
      assertThat(recorded.result().events()).isEqualTo(plain.events());
    }
  }

  @Test
  void theCourseTellsPhasesDeathsAndRecoveriesInTheirOrder() {
    // A process that has moved to another address is not back, but there.
    SimOptions staying = SHORT.withFaults(Selection.allBut(List.of("address")));
    RecordedRun recorded = RecordedRun.of(Runs.REAL, 1, staying);
    List<Moment> moments = recorded.recording().moments();
    assertThat(moments).isSortedAccordingTo((a, b) -> Long.compare(a.nanos(), b.nanos()));
    assertThat(moments.stream().filter(moment -> moment.kind().equals("phase")).map(Moment::text))
        .containsExactly("boot and setup", "work and faults", "healing", "checks", "rest");
    // One that stops itself is told twice: why, and that it is gone.
    long deaths = moments.stream().filter(moment -> moment.text().contains(" is killed")).count();
    long boots = moments.stream().filter(moment -> moment.kind().equals("boot")).count();
    assertThat(deaths).isPositive();
    assertThat(boots).as("everything is up at the end").isEqualTo(deaths);
    assertThat(moments.stream().filter(moment -> moment.text().contains("accepts commits")).count())
        .isEqualTo(recorded.result().recoveries());
  }

  @Test
  void aRunThatFailsLeavesAPageAndSaysWhere() {
    assertThat(runner().runSeed(1, FAILING)).isEqualTo(1);
    assertThat(folder.resolve("seed-1.html")).exists();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("seed 1 failed, wrong answer: canary: 1 violation: the accounts have")
        .contains("  course: " + folder.resolve("seed-1.html"))
        .contains("  replay: ./ashlar sim --seed 1 --seconds 3 --workloads=canary");
  }

  @Test
  void ofManyThatFailTheFirstTenLeaveAPageAndThoseThatPassNone() throws Exception {
    List<Long> seeds = List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(runner().runSeeds(seeds, 2, FAILING.withBusySeconds(2))).isEqualTo(1);
    try (var pages = Files.list(folder)) {
      assertThat(pages.count()).isBetween(8L, 10L);
    }
    assertThat(runner().runSeeds(List.of(200L), 1, SHORT.withoutFaults())).isZero();
    assertThat(folder.resolve("seed-200.html")).doesNotExist();
  }

  @Test
  void aFailureThatIsAnotherWhenItIsRecordedIsNotRepeatable() {
    int[] runs = new int[1];
    Runs another =
        (seed, options, watcher) ->
            Runs.REAL.run(seed, ++runs[0] == 2 ? options.withVariation(1) : options, watcher);
    SimResult result =
        new FailurePages(another, folder, 10).written(another.run(1, FAILING), FAILING);
    assertThat(result.failureKind()).isEqualTo(FailureKind.NOT_REPEATABLE);
    assertThat(result.failure()).contains("it failed: canary").contains("but done again");
  }
}
