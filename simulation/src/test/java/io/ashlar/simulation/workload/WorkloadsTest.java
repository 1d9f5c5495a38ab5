package io.ashlar.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  private static final String LATE = "api-fuzz";

  private static List<String> draw(long seed, Predicate<String> includes) {
    SeededRandom random = new SeededRandom(seed).fork("workloads");
    return new ArrayList<>(
        Workloads.draw(random, includes, false).stream().map(Workload::name).toList());
  }

  @Test
  void aWorkloadThatCameLateChangesNothingForTheOthers() {
    int runs = 0;
    for (long seed = 1; seed <= 300; seed++) {
      List<String> drawn = draw(seed, name -> true);
      boolean isThere = drawn.remove(LATE);
      runs += isThere ? 1 : 0;
      if (!isThere || drawn.size() >= 3) {
        assertThat(drawn).isEqualTo(draw(seed, name -> !name.equals(LATE)));
      }
    }
    assertThat(runs).isBetween(50, 130);
  }

  @Test
  void aRunHasThreeWorkloadsAtLeastAndEachOnce() {
    for (long seed = 1; seed <= 300; seed++) {
      assertThat(draw(seed, name -> true)).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
    }
  }
}
