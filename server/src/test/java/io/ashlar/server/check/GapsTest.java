package io.ashlar.server.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class GapsTest {
  private static final long MILLIS = 1_000_000;
  private static final long BEGIN = -5 * MILLIS;

  private final Gaps gaps = new Gaps(BEGIN);

  private void acknowledgedAt(long... millis) {
    for (long at : millis) {
      gaps.acknowledged(BEGIN + at * MILLIS);
    }
  }

  @Test
  void aTimeWithoutAcknowledgementsIsAnOutageWhenItIsLong() {
    acknowledgedAt(100, 200, 300, 700, 800);
    gaps.end(BEGIN + 1_000 * MILLIS);
    assertThat(gaps.longestNanos()).isEqualTo(400 * MILLIS);
    assertThat(gaps.medianNanos()).isCloseTo(100 * MILLIS, within(MILLIS));
    assertThat(gaps.availability()).isCloseTo(0.6, within(1e-9));
  }

  @Test
  void whatIsNeverAcknowledgedIsOneLongOutage() {
    gaps.end(BEGIN + 2_000 * MILLIS);
    assertThat(gaps.availability()).isZero();
    assertThat(gaps.medianNanos()).isZero();
    assertThat(gaps.longestNanos()).isEqualTo(2_000 * MILLIS);
  }

  @Test
  void aGapCountsBeforeItHasEnded() {
    acknowledgedAt(10, 500);
    long now = BEGIN + 1_500 * MILLIS;
    assertThat(gaps.longestNanos(now)).isEqualTo(1_000 * MILLIS);
    assertThat(gaps.underWayNanos(now)).isEqualTo(1_000 * MILLIS);
    assertThat(gaps.longestNanos()).isEqualTo(490 * MILLIS);
  }

  @Test
  void aMarkForgetsWhatWasBefore() {
    acknowledgedAt(900);
    gaps.mark();
    acknowledgedAt(950, 1_050);
    assertThat(gaps.longestSinceMarkNanos(BEGIN + 1_060 * MILLIS)).isEqualTo(100 * MILLIS);
    assertThat(gaps.longestNanos()).isEqualTo(900 * MILLIS);
  }
}
