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
