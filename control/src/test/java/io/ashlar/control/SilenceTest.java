package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Uid;
import io.ashlar.message.RegisterWorker;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final long SILENCE = 1_000;

  private final WorkerRegistry registry = new WorkerRegistry(SILENCE);
  private final Silence silence = new Silence(registry, SILENCE);

  /** With the sequencer on the one process, and all else on the other. */
  private final EpochPlan plan =
      new EpochPlan(
          placed(1, "a"),
          List.of(placed(2, "b")),
          List.of(placed(3, "b")),
          List.of(placed(4, "b")),
          List.of(placed(5, "b")));

  private static EpochPlan.Placed placed(long role, String process) {
    return new EpochPlan.Placed(new Uid(2, role), process, "zone");
  }

  private void register(long id, String process, long nowNanos) {
    registry.register(
        new RegisterWorker(new Uid(1, id), new Uid(9, 9), process, "zone", List.of(), List.of()),
        nowNanos);
  }

  @Test
  void whoHasARoleAndRegistersNoMoreIsSilent() {
    register(1, "a", 0);
    register(2, "b", 400);
    assertThat(silence.firstOf(plan, SILENCE)).isNull();
    assertThat(silence.firstOf(plan, SILENCE + 1)).isEqualTo("a");
    register(1, "a", SILENCE + 1);
    assertThat(silence.firstOf(plan, SILENCE + 401)).isEqualTo("b");
  }

  @Test
  void whoHasStoodStillTakesNobodyForSilentForAWhile() {
    register(1, "a", 0);
    register(2, "b", 0);
    silence.timerIsDue(SILENCE);
    assertThat(silence.timerRings(SILENCE + SILENCE / 2)).isFalse();
    assertThat(silence.firstOf(plan, SILENCE + SILENCE / 2)).isEqualTo("a");
    long lateNanos = SILENCE + SILENCE / 2 + 1;
    assertThat(silence.timerRings(lateNanos)).isTrue();
    assertThat(silence.firstOf(plan, lateNanos + SILENCE - 1)).isNull();
    assertThat(silence.firstOf(plan, lateNanos + SILENCE)).isEqualTo("a");
  }
}
