package io.ashlar.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  private static final List<String> LATE =
      List.of(
          "api-fuzz",
          "exactly-once",
          "key-value",
          "table",
          "shared-counter",
          "leases",
          "queue",
          "blobs",
          "consistency",
          "directories");

  private static List<String> draw(long seed, Predicate<String> includes) {
    SeededRandom random = new SeededRandom(seed).fork("workloads");
    return new ArrayList<>(
        Workloads.draw(random, includes, false).stream().map(Workload::name).toList());
  }

  @Test
  void workloadsThatCameLateChangeNothingForTheOthers() {
    int[] runs = new int[LATE.size()];
    for (long seed = 1; seed <= 300; seed++) {
      List<String> drawn = draw(seed, name -> true);
      int wereThere = 0;
      for (int i = 0; i < runs.length; i++) {
        boolean isThere = drawn.remove(LATE.get(i));
        runs[i] += isThere ? 1 : 0;
        wereThere += isThere ? 1 : 0;
      }
      if (wereThere == 0 || drawn.size() >= 3) {
        assertThat(drawn).isEqualTo(draw(seed, name -> !LATE.contains(name)));
      }
    }
    assertThat(runs[0]).isBetween(50, 130);
    assertThat(runs[1]).isBetween(140, 220);
    assertThat(runs[2]).isBetween(30, 95);
    assertThat(runs[3]).isBetween(30, 95);
    for (int i = 4; i < 8; i++) {
      assertThat(runs[i]).isBetween(12, 52);
    }
    assertThat(runs[8]).isBetween(60, 120);
    assertThat(runs[9]).isBetween(12, 52);
  }

  @Test
  void aRunHasThreeWorkloadsAtLeastAndEachOnce() {
    for (long seed = 1; seed <= 300; seed++) {
      assertThat(draw(seed, name -> true)).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
    }
  }
}
