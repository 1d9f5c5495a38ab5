package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.message.LogBacklog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLagsTest {
  private static final long WINDOW = 1_000;
  private static final long PATIENCE = 100_000;
  private static final long MICRO = 1_000;

  private static LogLags lags(int antiQuorum) {
    return new LogLags(3, antiQuorum, WINDOW, PATIENCE);
  }

  private static List<LogBacklog> behind(long... micros) {
    List<LogBacklog> backlogs = new ArrayList<>();
    for (long each : micros) {
      backlogs.add(new LogBacklog(each * MICRO, each, false));
    }
    return backlogs;
  }

  private static List<LogBacklog> heldUpBy(int member) {
    List<LogBacklog> backlogs = new ArrayList<>(behind(0, 0, 0));
    backlogs.set(member, new LogBacklog(1, 1, true));
    return backlogs;
  }

  @Test
  void oneIsBehindWhenThatIsSaidForAWhile() {
    LogLags lags = lags(0);
    lags.told(7, behind(0, 501, 10), 0);
    assertThat(lags.isBehind(1, PATIENCE - 1)).isFalse();
    lags.told(7, behind(0, 800, 10), PATIENCE);
    assertThat(lags.isBehind(1, PATIENCE)).isTrue();
    assertThat(lags.isBehind(0, PATIENCE)).isFalse();
    lags.told(7, behind(0, 500, 10), PATIENCE + 1);
    lags.told(7, behind(0, 800, 10), PATIENCE + 2);
    assertThat(lags.isBehind(1, PATIENCE + 3)).isFalse();
  }

  @Test
  void whoHasAcknowledgedSomethingIsToldFromWhoHasNothingToDo() {
    LogLags lags = lags(0);
    lags.told(7, behind(5, 0, 5), 100);
    lags.told(7, behind(5, 0, 6), 200);
    assertThat(lags.hasGoneAhead(0, 100)).isTrue();
    assertThat(lags.hasGoneAhead(0, 101)).as("it may have been before").isFalse();
    assertThat(lags.hasGoneAhead(1, 0)).isFalse();
    assertThat(lags.hasGoneAhead(2, 0)).isFalse();
    lags.told(8, behind(0, 0, 0), 250);
    lags.told(7, behind(0, 1, 0), 300);
    assertThat(lags.hasGoneAhead(0, 200)).isTrue();
    assertThat(lags.hasGoneAhead(1, 0)).isFalse();
    assertThat(lags.hasGoneAhead(2, 200)).isTrue();
  }

  @Test
  void whereMostAreSlowNobodyIsBehind() {
    for (int antiQuorum = 0; antiQuorum <= 1; antiQuorum++) {
      LogLags lags = lags(antiQuorum);
      lags.told(7, behind(600, 600, 600), 0);
      assertThat(lags.isBehind(1, 2 * PATIENCE)).isFalse();
      lags.told(7, behind(600, 600, 0), PATIENCE);
      assertThat(lags.isBehind(1, 2 * PATIENCE)).isEqualTo(antiQuorum == 1);
    }
  }

  @Test
  void howeverManyAreSlowEachIsStuckOnceThatWasSaidForSoLong() {
    LogLags lags = lags(0);
    lags.told(7, behind(600, 600, 0), 0);
    assertThat(lags.ageNanos(0)).isEqualTo(600 * MICRO);
    for (int i = 1; i <= 10; i++) {
      lags.told(7, behind(600 + i, i == 5 ? 500 : 600 + i, 0), i * PATIENCE);
    }
    assertThat(lags.isStuck(0, 10 * PATIENCE, 10 * PATIENCE)).isTrue();
    assertThat(lags.isStuck(0, 10 * PATIENCE, 10 * PATIENCE - 1)).isFalse();
    assertThat(lags.isStuck(1, 5 * PATIENCE, 10 * PATIENCE)).isFalse();
    assertThat(lags.isStuck(1, 4 * PATIENCE, 10 * PATIENCE)).isTrue();
    assertThat(lags.isStuck(2, 0, 10 * PATIENCE)).isFalse();
  }

  /** This process stood still, and what it hears first was sent before that. */
  @Test
  void whatWasSaidBeforeASilenceCountsNoMore() {
    LogLags lags = lags(0);
    lags.told(7, behind(0, 600, 0), 0);
    lags.told(7, behind(0, 600, 0), 2 * PATIENCE + 1);
    assertThat(lags.isBehind(1, 2 * PATIENCE + 1)).isFalse();
    assertThat(lags.isBehind(1, 3 * PATIENCE + 1)).isTrue();
  }

  /** The proxy that is heard first after that is another one: what this one said once grew old. */
  @Test
  void whatOneSaidBeforeASilenceDoesNotCountWhenAnotherIsHeard() {
    LogLags lags = lags(1);
    List<LogBacklog> bad = new ArrayList<>(behind(0, 600, 0));
    bad.set(2, new LogBacklog(1, 1, true));
    lags.told(7, bad, 0);
    lags.told(8, behind(0, 0, 0), 20 * PATIENCE);
    assertThat(lags.isBehind(1, 20 * PATIENCE)).isFalse();
    assertThat(lags.isStuck(1, 10 * PATIENCE, 20 * PATIENCE)).isFalse();
    assertThat(lags.holdsUp(2, 20 * PATIENCE)).isFalse();
  }

  @Test
  void eachProxyIsHeldUpForItself() {
    LogLags lags = lags(1);
    lags.told(7, heldUpBy(0), 0);
    lags.told(8, heldUpBy(1), 10);
    lags.told(7, heldUpBy(2), 20);
    assertThat(lags.holdsUp(0, PATIENCE + 20)).isFalse();
    assertThat(lags.holdsUp(1, PATIENCE + 9)).isFalse();
    assertThat(lags.holdsUp(1, PATIENCE + 10)).isTrue();
    assertThat(lags.holdsUp(2, PATIENCE + 20)).isTrue();
  }
}
