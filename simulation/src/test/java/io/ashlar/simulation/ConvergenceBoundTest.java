package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConvergenceBoundTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBoundIsTheSumOfItsPartsAndNamesEach() {
    ConvergenceBound bound =
        new ConvergenceBound()
            .add("silence that is noticed", SECOND)
            .add("recruiting", 3, 10 * SECOND)
            .add("nothing", 0);
    assertThat(bound.nanos()).isEqualTo(31 * SECOND);
    assertThat(bound).hasToString("31 s (1 s silence that is noticed, 30 s 3 times recruiting)");
  }

  @Test
  void aBoundCanGoOnWhereAnotherEnds() {
    ConvergenceBound one = new ConvergenceBound().add("a flush", SECOND);
    ConvergenceBound both = new ConvergenceBound().add("a window", 2, SECOND).add(one);
    assertThat(both.nanos()).isEqualTo(3 * SECOND);
    assertThat(both.toString()).contains("a window").contains("a flush");
  }
}
