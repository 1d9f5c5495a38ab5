package io.ashlar.control;

import static io.ashlar.control.LogTolerance.Reason.BEHIND;
import static io.ashlar.control.LogTolerance.Reason.GIVEN_UP;
import static io.ashlar.control.LogTolerance.Reason.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogToleranceTest {
  private static final long GRACE = 1_000;

  @Test
  void withoutAnAntiQuorumNoneMayBeMissing() {
    LogTolerance tolerance = new LogTolerance(3, 0, GRACE);
    assertThat(tolerance.miss(1, SILENT, 0)).isFalse();
  }

  @Test
  void asManyAsTheAntiQuorumMayBeMissing() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    assertThat(tolerance.miss(1, SILENT, 0)).isTrue();
    assertThat(tolerance.miss(1, SILENT, 10)).isTrue();
    assertThat(tolerance.missing()).isEqualTo(1);
    assertThat(tolerance.miss(2, SILENT, 20)).isFalse();
  }

  @Test
  void theTimeOfGraceBeginsWhenItIsMissedFirst() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    tolerance.miss(3, SILENT, 100);
    tolerance.miss(3, SILENT, 900);
    assertThat(tolerance.overdue(100 + GRACE)).isEmpty();
    assertThat(tolerance.overdue(101 + GRACE)).containsExactly(3);
  }

  @Test
  void whoIsBackHasTheWholeTimeOfGraceOnceMore() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    assertThat(tolerance.isBack(0, SILENT)).isFalse();
    tolerance.miss(0, SILENT, 100);
    assertThat(tolerance.isBack(0, SILENT)).isTrue();
    assertThat(tolerance.missing()).isZero();
    tolerance.miss(0, SILENT, 900);
    assertThat(tolerance.overdue(101 + GRACE)).isEmpty();
    assertThat(tolerance.overdue(901 + GRACE)).containsExactly(0);
    assertThat(tolerance.miss(1, SILENT, 901)).isFalse();
  }

  @Test
  void whoAnswersAndIsBehindOrGivenUpIsStillMissing() {
    LogTolerance tolerance = new LogTolerance(4, 1, GRACE);
    assertThat(tolerance.mayMiss(2)).isTrue();
    assertThat(tolerance.miss(2, BEHIND, 0)).isTrue();
    tolerance.miss(2, SILENT, 10);
    assertThat(tolerance.isBack(2, SILENT)).isFalse();
    assertThat(tolerance.mayMiss(1)).isFalse();
    assertThat(tolerance.mayMiss(2)).isTrue();
    tolerance.miss(2, GIVEN_UP, 20);
    assertThat(tolerance.isBack(2, BEHIND)).isFalse();
    assertThat(tolerance.missing()).isEqualTo(1);
    assertThat(tolerance.overdue(GRACE + 1)).containsExactly(2);
  }

  @Test
  void aNewOneWhereOneIsGoneIsAsGoodAsAnyThoughThatOneWasBehind() {
    LogTolerance tolerance = new LogTolerance(3, 1, GRACE);
    tolerance.miss(0, SILENT, 0);
    assertThat(tolerance.isUnfit(0, 0)).isFalse();
    tolerance.miss(0, BEHIND, 10);
    tolerance.miss(0, GIVEN_UP, 20);
    assertThat(tolerance.isUnfit(0, 30)).isTrue();
    tolerance.gone(0);
    assertThat(tolerance.isUnfit(0, 30)).isFalse();
  }
}
