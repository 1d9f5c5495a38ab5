package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogToleranceTest {
  private static final long GRACE = 1_000;

  @Test
  void withoutAnAntiQuorumNoneMayBeMissing() {
    LogTolerance tolerance = new LogTolerance(3, 0, GRACE);
    assertThat(tolerance.miss(1, 0)).isFalse();
  }

  @Test
  void asManyAsTheAntiQuorumMayBeMissing() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    assertThat(tolerance.miss(1, 0)).isTrue();
    assertThat(tolerance.miss(1, 10)).isTrue();
    assertThat(tolerance.missing()).isEqualTo(1);
    assertThat(tolerance.miss(2, 20)).isFalse();
  }

  @Test
  void theTimeOfGraceBeginsWhenItIsMissedFirst() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    tolerance.miss(3, 100);
    tolerance.miss(3, 900);
    assertThat(tolerance.overdue(100 + GRACE)).isEqualTo(-1);
    assertThat(tolerance.overdue(101 + GRACE)).isEqualTo(3);
  }

  @Test
  void whoIsBackHasTheWholeTimeOfGraceOnceMore() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    assertThat(tolerance.isBack(0)).isFalse();
    tolerance.miss(0, 100);
    assertThat(tolerance.isBack(0)).isTrue();
    assertThat(tolerance.missing()).isZero();
    tolerance.miss(0, 900);
    assertThat(tolerance.overdue(101 + GRACE)).isEqualTo(-1);
    assertThat(tolerance.overdue(901 + GRACE)).isZero();
    assertThat(tolerance.miss(1, 901)).isFalse();
  }
}
