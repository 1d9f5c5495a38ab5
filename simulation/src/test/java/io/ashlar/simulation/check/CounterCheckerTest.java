package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterCheckerTest {
  private final CounterChecker checker = new CounterChecker();

  private Violations check(long last) {
    return checker.check("counter", last);
  }

  @Test
  void overlappingIncrementsMayBeToldInAnyOrder() {
    checker.told(2, 0, 10);
    checker.told(1, 1, 11);
    checker.told(3, 12, 13);
    assertThat(check(3).isEmpty()).isTrue();
  }

  @Test
  void openOnesMayHaveHappenedOrNot() {
    checker.told(1, 0, 1);
    checker.open();
    checker.open();
    assertThat(check(1).isEmpty()).isTrue();
    assertThat(check(3).isEmpty()).isTrue();
    assertThat(check(4).kept()).hasSize(1);
  }

  @Test
  void sumIsToldOnce() {
    checker.told(1, 0, 10);
    checker.told(1, 1, 11);
    assertThat(check(2).kept()).contains("counter was twice 1");
  }

  @Test
  void incrementThatGotLostIsFound() {
    checker.told(1, 0, 1);
    checker.told(2, 2, 3);
    assertThat(check(1).kept()).hasSize(2);
  }

  @Test
  void laterOneIsToldMore() {
    checker.told(2, 0, 1);
    checker.told(1, 2, 3);
    assertThat(check(2).kept()).containsExactly("counter was 2 before it was made 1");
  }
}
