package io.ashlar.embedded.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that commits, many times, and finds every acknowledged transaction exactly once
 * and none that failed. More kills: {@code -Dashlar.kills=200}, others: {@code
 * -Dashlar.kills.seed=2}. The seed draws the instants; what happens at them is the machine's.
 */
@Timeout(1_800)
class SigkillTest {
  private static final int KILLS = 30;

  /** From so many kills on, nine of ten must come while commits are in flight. */
  private static final int MANY = 100;

  private static final long SEED = 20_261_122;

  @Test
  void killsLoseNothingAcknowledgedAndBringBackNothingFailed(@TempDir Path home) throws Exception {
    KillRun run = new KillRun(home, Long.getLong("ashlar.kills.seed", SEED));
    run.liveToTheEnd();
    int kills = Integer.getInteger("ashlar.kills", KILLS);
    run.kill(kills);
    System.out.println(run.summary());
    assertThat(run.kills()).isGreaterThanOrEqualTo(kills);
    assertThat(run.killsInFlight())
        .as(run.summary())
        .isGreaterThanOrEqualTo(run.kills() * (kills < MANY ? 8 : 9) / 10);
    for (KillRun.Phase phase : KillRun.Phase.values()) {
      assertThat(run.kills(phase)).as(phase.name()).isPositive();
    }
  }
}
