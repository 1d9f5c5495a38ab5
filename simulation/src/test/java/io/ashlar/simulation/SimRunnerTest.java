package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Suites of short runs. */
class SimRunnerTest {
  private static final SimOptions SHORT = SimOptions.defaults().withBusySeconds(2);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  private SimRunner runner(Map<Long, String> digests) {
    return new SimRunner(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(progress, true, StandardCharsets.UTF_8),
        digests);
  }

  @Test
  void aSeedGivesItsDigestAloneAndInAnyOrderBesideOthers() {
    Map<Long, String> digests = new TreeMap<>();
    assertThat(runner(digests).runSeeds(List.of(31L, 32L, 33L, 34L), 2, SHORT)).isZero();
    assertThat(digests).hasSize(4);
    Map<Long, String> before = new TreeMap<>(digests);
    assertThat(runner(digests).runSeeds(List.of(34L, 31L, 33L), 1, SHORT)).isZero();
    assertThat(runner(digests).runSeed(32, SHORT)).isZero();
    assertThat(digests).isEqualTo(before);
  }

  @Test
  void anotherDigestThanBeforeIsAFailure() {
    Map<Long, String> digests = new TreeMap<>(Map.of(31L, "another"));
    assertThat(runner(digests).runSeeds(List.of(31L, 32L), 2, SHORT)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"failedSeeds\": [31]");
    assertThat(progress.toString(StandardCharsets.UTF_8)).contains("and was another");
    assertThat(digests).containsEntry(31L, "another");
  }

  @Test
  void aRunThatDidTooLittleIsAFailure() {
    assertThat(runner(new TreeMap<>()).runSeed(31, SHORT.withCommitsMin(1_000_000))).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("transactions were committed");
  }

  @Test
  void aRunThatCannotBeEndedIsThrownWhereResultsAreWaitedFor() {
    Runs broken =
        (seed, options, watcher) -> {
          if (seed == 32) {
            throw new IllegalStateException("no such run");
          }
          return Runs.REAL.run(seed, options, watcher);
        };
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    SimRunner runner = new SimRunner(printed, printed, new TreeMap<>(), broken);
    assertThatThrownBy(() -> runner.runSeeds(List.of(31L, 32L), 1, SHORT))
        .hasMessageContaining("no such run");
  }

  @Test
  void whenARunCannotBeEndedTheOthersEndWithTheirSeed() {
    AtomicInteger begun = new AtomicInteger();
    Runs broken =
        (seed, options, watcher) -> {
          begun.incrementAndGet();
          if (seed == 1) {
            throw new IllegalStateException("no such run");
          }
          return passed(seed);
        };
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    SimRunner runner = new SimRunner(printed, printed, new TreeMap<>(), broken);
    assertThatThrownBy(() -> runner.runSeeds(LongStream.range(1, 100).boxed().toList(), 1, SHORT))
        .hasMessageContaining("no such run");
    assertThat(begun.get()).isEqualTo(1);
  }

  @Test
  void runsThatAreToStopLeaveWhatTheyHave() {
    List<Long> begun = new ArrayList<>();
    Runs counted =
        (seed, options, watcher) -> {
          begun.add(seed);
          return passed(seed);
        };
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    Map<Long, String> digests = new TreeMap<>();
    SimRunner runner = new SimRunner(printed, printed, digests, counted);
    runner.requireCoverage();
    runner.stopWhen(() -> begun.contains(3L));
    assertThat(runner.runSeeds(List.of(1L, 2L, 3L, 4L), 1, SHORT)).isZero();
    assertThat(begun).doesNotContain(4L);
    assertThat(digests.keySet()).containsExactly(1L, 2L, 3L);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"seeds\": \"1..3\", \"result\": \"interrupted\"");
  }

  private static SimResult passed(long seed) {
    Map<String, Long> cluster = new TreeMap<>();
    for (String each :
        List.of(
            "commitProxies",
            "readVersionProxies",
            "resolvers",
            "logServers",
            "storageServers",
            SimResult.CLIENTS,
            SimResult.WORKERS,
            SimResult.ON_ROCKS)) {
      cluster.put(each, 1L);
    }
    return new SimResult(
        seed,
        true,
        "digest",
        1,
        1,
        1,
        1,
        300,
        0,
        0,
        cluster,
        Map.of(),
        Map.of(),
        1,
        Map.of(),
        List.of(),
        null,
        null,
        List.of(),
        "./ashlar sim --seed " + seed);
  }

  @Test
  void aCanaryThatPassesIsTheEndAndTheLastLineSaysSo() {
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream told = new PrintStream(progress, true, StandardCharsets.UTF_8);
    SimRunner runner =
        new SimRunner(printed, told, new TreeMap<>(), (seed, options, watcher) -> passed(seed));
    assertThat(runner.canaryFails()).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("{\"result\": \"failed\", \"failure\": \"the canary passes: ")
        .endsWith("\"canary\": \"passed\"}");
  }

  @Test
  void theCanaryFails() {
    assertThat(runner(new TreeMap<>()).canaryFails()).isTrue();
    assertThat(progress.toString(StandardCharsets.UTF_8)).contains("the accounts have");
  }

  @Test
  void whatNoRunReachedIsToldAndIsAFailureWhereEverythingIsAskedFor() {
    List<Long> seeds = List.of(31L);
    SimOptions calm = SHORT.withoutFaults();
    assertThat(runner(new TreeMap<>()).runSeeds(seeds, 1, calm)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"holes\": [\"")
        .contains("\"recovery.ended-in-LOCKING_LOGS\"")
        .contains("\"unlisted\": []");
    SimRunner demanding = runner(new TreeMap<>());
    demanding.requireCoverage();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"result\": \"passed\"");
    out.reset();
    assertThat(demanding.runSeeds(seeds, 1, calm)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"result\": \"holes\"")
        .doesNotContain("\"compared rows of engines\"");
    assertThat(progress.toString(StandardCharsets.UTF_8))
        .contains("never reached: recovery.ended-in-LOCKING_LOGS");
  }
}
