package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KillGapsTest {
  private static Kill kill(String role, long gapNanos, String... roles) {
    return new Kill(role, 1, List.of(roles), 1, 2, gapNanos, gapNanos, 0, 0);
  }

  @Test
  void percentilesAreGapsThatHappened() {
    List<Kill> kills = new ArrayList<>();
    for (int i = 100; i >= 1; i--) {
      kills.add(kill("resolver", i, "resolver"));
    }
    KillGaps gaps = new KillGaps(kills);
    assertThat(gaps.percentileNanos("resolver", 50)).isEqualTo(50);
    assertThat(gaps.percentileNanos("resolver", 99)).isEqualTo(99);
    assertThat(gaps.percentileNanos("resolver", 100)).isEqualTo(100);
    assertThat(new KillGaps(kills.subList(0, 1)).percentileNanos("resolver", 50)).isEqualTo(100);
  }

  @Test
  void whoeverWasTheControllerTooCountsAsThatAlone() {
    KillGaps gaps =
        new KillGaps(
            List.of(
                kill("sequencer", 9, "sequencer", "controller"),
                kill("sequencer", 3, "sequencer"),
                kill("controller", 7, "controller"),
                new Kill(KillRun.ALL, 0, List.of(), 1, 2, 100, 100, 0, 0)));
    assertThat(gaps.percentileNanos("sequencer", 100)).isEqualTo(3);
    assertThat(gaps.percentileNanos("controller", 100)).isEqualTo(9);
    assertThat(gaps.percentileNanos(KillGaps.OTHERS, 100)).isEqualTo(3);
    assertThat(gaps.percentileNanos(KillRun.ALL, 100)).isEqualTo(100);
    assertThat(gaps.text()).contains("all but the controller");
  }
}
