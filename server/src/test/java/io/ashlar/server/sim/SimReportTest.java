package io.ashlar.server.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimResult;
import io.ashlar.simulation.SimSummary;
import io.ashlar.simulation.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimReportTest {
  private static final SimOptions SHORT =
      SimOptions.defaults().withBusySeconds(1).withCommitsMin(0);

  @TempDir Path folder;

  private void run(SimOptions options, long... seeds) throws IOException {
    try (SimReport report = new SimReport(folder, options)) {
      for (long seed : seeds) {
        SimResult result = Simulation.run(seed, options);
        report.summary().add(result);
        report.add(result);
      }
    }
  }

  @Test
  void goesOnWhereAnEarlierCommandHasStopped() throws IOException {
    run(SHORT, 1, 2);
    SimSummary both = new SimSummary();
    both.add(Simulation.run(1, SHORT));
    both.add(Simulation.run(2, SHORT));
    try (SimReport again = new SimReport(folder, SHORT)) {
      assertThat(again.done()).containsExactlyInAnyOrder(1L, 2L);
      assertThat(again.others()).isZero();
      assertThat(again.summary().committed()).isEqualTo(both.committed());
      assertThat(again.summary().faults()).isEqualTo(both.faults());
      assertThat(again.summary().probes()).isEqualTo(both.probes());
      assertThat(again.summary().workloads()).isEqualTo(both.workloads());
    }
  }

  @Test
  void runsWithOtherOptionsDoNotCount() throws IOException {
    run(SHORT, 1);
    try (SimReport other = new SimReport(folder, SHORT.withFaultFactor(2))) {
      assertThat(other.done()).isEmpty();
      assertThat(other.others()).isEqualTo(1);
      assertThat(other.summary().runs()).isZero();
    }
  }

  @Test
  void aLineThatWasCutShortIsRunAgain() throws IOException {
    run(SHORT, 1, 2);
    Path file = folder.resolve("runs.jsonl");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 40));
    run(SHORT, 2);
    try (SimReport again = new SimReport(folder, SHORT)) {
      assertThat(again.done()).containsExactlyInAnyOrder(1L, 2L);
      assertThat(again.summary().runs()).isEqualTo(2);
    }
  }

  @Test
  void aFileOfSomethingElseIsRefusedWithItsLine() throws IOException {
    run(SHORT, 1);
    Path file = folder.resolve("runs.jsonl");
    Files.writeString(file, "hello\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> new SimReport(folder, SHORT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("runs.jsonl, line 2, is no result of a run");
  }

  @Test
  void aFailureIsOnThePageAndKept() throws IOException {
    SimOptions demanding = SHORT.withCommitsMin(1_000_000);
    run(demanding, 3);
    try (SimReport report = new SimReport(folder, demanding)) {
      assertThat(report.summary().failures()).containsOnlyKeys(3L);
      Path page = report.write(report.summary().toJson(1, "failed"));
      assertThat(Files.readString(page))
          .contains("transactions were committed")
          .contains("./ashlar sim --seed 3")
          .doesNotContain("@DATA@");
      assertThat(Files.readString(folder.resolve("summary.json"))).contains("\"failed\": 1");
    }
  }

  @Test
  void seedsGoUpFromTheFirstWithoutThoseThatAreDoneUntilTheEnd() {
    SeedsUntil seeds = new SeedsUntil(5, Set.of(6L), System.nanoTime() + 3_600_000_000_000L);
    List<Long> given = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      given.add(seeds.next().orElseThrow());
    }
    assertThat(given).containsExactly(5L, 7L, 8L);
    assertThat(new SeedsUntil(5, Set.of(), System.nanoTime()).next())
        .isEqualTo(OptionalLong.empty());
  }
}
