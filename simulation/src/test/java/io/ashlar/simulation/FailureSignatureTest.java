package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureSignatureTest {
  private static final SimResult PASSED =
      Simulation.run(1, SimOptions.defaults().withBusySeconds(1).withCommitsMin(0).withoutFaults());

  private static String of(FailureKind kind, String failure) {
    return FailureSignature.of(PASSED.failedAs(kind, failure));
  }

  @Test
  void aRunThatPassedHasNone() {
    assertThat(FailureSignature.of(PASSED)).isNull();
  }

  @Test
  void aWrongAnswerIsThatOfItsWorkload() {
    String cycle = of(FailureKind.WRONG_ANSWER, "cycle: 2 violations: node 3 is not there");
    assertThat(of(FailureKind.WRONG_ANSWER, "cycle: 1 violation: two rings")).isEqualTo(cycle);
    assertThat(of(FailureKind.WRONG_ANSWER, "append: 1 violation: two rings")).isNotEqualTo(cycle);
    assertThat(of(FailureKind.CRASHED, "cycle: 2 violations")).isNotEqualTo(cycle);
  }

  @Test
  void aCrashIsThatOfItsRoleAndItsCauseWhereverAndWheneverItWas() {
    String crash =
        of(
            FailureKind.CRASHED,
            "10.0.0.1:4500 log-server at 3.25 s: io.ashlar.core.CheckFailedException: versions go back: 17 after 20");
    assertThat(
            of(
                FailureKind.CRASHED,
                "10.0.0.3:4500 log-server at 14.1 s: io.ashlar.core.CheckFailedException: versions go back: 3 after 5"))
        .isEqualTo(crash);
    assertThat(
            of(
                FailureKind.CRASHED,
                "10.0.0.1:4500 log-server at 3.25 s: io.ashlar.core.CheckFailedException: a batch twice: 17"))
        .isNotEqualTo(crash);
    assertThat(
            of(
                FailureKind.CRASHED,
                "10.0.0.1:4500 resolver at 3.25 s: io.ashlar.core.CheckFailedException: versions go back: 17 after 20"))
        .isNotEqualTo(crash);
  }

  @Test
  void aStandstillIsThatOfWhatDidNotEndWithoutItsNumbers() {
    assertThat(of(FailureKind.STOOD_STILL, "no convergence: 2 of cycle in client 3"))
        .isEqualTo(of(FailureKind.STOOD_STILL, "no convergence: 1 of append in client 1"));
    assertThat(of(FailureKind.STOOD_STILL, "no rest: tag 3"))
        .isNotEqualTo(of(FailureKind.STOOD_STILL, "no convergence: 1 of append in client 1"));
    assertThat(
            FailureSignature.isTooLittle(
                of(FailureKind.STOOD_STILL, "only 17 transactions were committed")))
        .isTrue();
  }
}
