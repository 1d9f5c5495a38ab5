package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.simulation.diagnosis.NoTraceException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are done twice, real ones and such as are not the same. */
class RepeatCheckTest {
  private static final SimOptions SHORT = SimOptions.defaults().withBusySeconds(1);
  private static final long DRAWN =
      LongStream.iterate(1, seed -> seed + 1)
          .filter(RepeatCheck::isDrawn)
          .findFirst()
          .orElseThrow();

  @TempDir private Path folder;

  private final List<Long> runs = new ArrayList<>();

  /** From the second run on each has a process more, after a second and a half. */
  private final Runs unrepeatable =
      (seed, options, watcher) -> {
        runs.add(seed);
        return Runs.REAL.run(
            seed,
            options,
            simulation -> {
              watcher.accept(simulation);
              if (runs.size() % 2 == 0) {
                simulation
                    .world()
                    .after(
                        1_500_000_000L,
                        () ->
                            simulation
                                .world()
                                .boot(simulation.world().machine("m"), "stranger", process -> {}));
                simulation
                    .world()
                    .after(
                        1_600_000_000L,
                        () ->
                            simulation
                                .world()
                                .kill(simulation.world().process("10.0.0.1:4500"), false));
              }
            });
      };

  @Test
  void oneRunInTwentyIsDoneTwiceAndTheSeedSaysWhich() {
    long drawn = LongStream.rangeClosed(1, 20_000).filter(RepeatCheck::isDrawn).count();
    assertThat(drawn).isBetween(900L, 1_100L);
  }

  @Test
  void aRunThatIsTheSameTwicePasses() {
    Runs counted =
        (seed, options, watcher) -> {
          runs.add(seed);
          return Runs.REAL.run(seed, options, watcher);
        };
    assertThat(new RepeatCheck(counted).run(DRAWN, SHORT).failure()).isNull();
    assertThat(runs).hasSize(2);
    assertThat(new RepeatCheck(counted).run(DRAWN - 1, SHORT).failure()).isNull();
    assertThat(runs).hasSize(3);
  }

  @Test
  void aRunThatIsAnotherTheSecondTimeFailsWithTheFirstEventThatDiffers() {
    SimResult result = new RepeatCheck(unrepeatable).run(DRAWN, SHORT);
    assertThat(result.passed()).isFalse();
    assertThat(result.failureKind()).isEqualTo(FailureKind.NOT_REPEATABLE);
    assertThat(result.failure())
        .contains("when it is done again")
        .contains("they part at line")
        .contains("and the second time '1.500000000")
        .contains("ProcessBooted process=stranger");
    assertThat(result.trace().toString()).contains("  + ").contains("  - ");
  }

  /** Checks look at what is beside the world: their verdict is in no digest. */
  @Test
  void aRunThatIsJudgedOtherwiseTheSecondTimeFails() {
    Runs moody =
        (seed, options, watcher) -> {
          runs.add(seed);
          SimResult result = Runs.REAL.run(seed, options, watcher);
          return runs.size() == 2 ? result.failedBecause("of a whim") : result;
        };
    SimResult result = new RepeatCheck(moody).run(DRAWN, SHORT);
    assertThat(result.failureKind()).isEqualTo(FailureKind.NOT_REPEATABLE);
    assertThat(result.failure()).contains("it passed, and then failed: of a whim");
  }

  @Test
  void theRunnerFailsWhenARunIsNotRepeatable() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    SimRunner runner = new SimRunner(printed, printed, new TreeMap<>(), unrepeatable);
    assertThat(runner.runSeeds(List.of(DRAWN), 1, SHORT)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"failedSeeds\": [" + DRAWN + "]")
        .contains("\"runsDoneTwice\": 1");
  }

  @Test
  void aTraceInAFileIsComparedWithTheSameSeedOrAnother() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    SimDiagnosis diagnosis = new SimDiagnosis(printed, printed, "this");
    Path first = folder.resolve("first.gz");
    Path second = folder.resolve("second");
    SimResult traced = diagnosis.look(DRAWN, SHORT, first, null).result();
    assertThat(traced.digest()).isEqualTo(Simulation.run(DRAWN, SHORT).digest());
    diagnosis.look(DRAWN + 1, SHORT, second, null);
    assertThat(diagnosis.diffFiles(first, first)).isZero();
    assertThat(diagnosis.diffAgain(DRAWN, SHORT, first)).isZero();
    assertThat(diagnosis.diffTwice(DRAWN, SHORT)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("different runs");
    assertThat(diagnosis.diffFiles(first, second)).isEqualTo(1);
    assertThat(diagnosis.diffAgain(DRAWN, SHORT, second)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"result\": \"equal\"")
        .contains("\"result\": \"different\", \"line\": ")
        .contains("they part at line ")
        .contains("these are different runs: the seed of " + first + ": " + DRAWN + "; of ")
        .doesNotContain("the options of");
    Path log = folder.resolve("log");
    Files.writeString(log, "started\nstopped\n");
    assertThatThrownBy(() -> diagnosis.diffFiles(first, log))
        .isInstanceOf(NoTraceException.class)
        .hasMessageContaining("log is no trace");
    Path renamed = Files.copy(log, folder.resolve("log.gz"));
    assertThatThrownBy(() -> diagnosis.diffAgain(DRAWN, SHORT, renamed))
        .isInstanceOf(NoTraceException.class);
  }
}
