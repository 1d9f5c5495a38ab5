package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.embedded.ClusterStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a dead process costs. */
final class FailureDetectionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int MACHINES = 5;

  /**
   * A process that had died was given roles until its worker had been silent for a second: each
   * attempt met it and failed, up to five for one death, and nobody could commit meanwhile.
   */
  @Test
  void oneDeadProcessCostsOneRecovery() {
    int killed = 0;
    for (long seed = 1; seed <= 8; seed++) {
      try (Scene scene = new Scene(seed, MACHINES, 3, 2, MACHINES)) {
        ClusterStatus before = scene.look();
        String leader = before.leader().process();
        List<Integer> victims =
            scene.machinesWithRole("commit-proxy").stream()
                .filter(machine -> machine != 0)
                .filter(machine -> !scene.process(machine).name().equals(leader))
                .toList();
        if (victims.isEmpty()) {
          continue;
        }
        killed++;
        scene.kill(victims.get(0), false);
        scene.run(5 * SECOND);
        ClusterStatus after = scene.look();
        assertThat(after.controller().field("phase")).isEqualTo("accepting commits");
        assertThat(after.controller().number("recovery-attempts", -1))
            .as("seed %s: %s", seed, after.controller().field("last-failure"))
            .isEqualTo(before.controller().number("recovery-attempts", -1) + 1);
      }
    }
    assertThat(killed).isPositive();
  }
}
