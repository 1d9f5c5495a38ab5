package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterCheckerTest {
  private final CounterChecker checker = new CounterChecker();

  private void told(long sum, long begunAt, long endedAt) {
    checker.begun();
    checker.told(sum, begunAt, endedAt);
  }

  private Violations check(long last) {
    return checker.check("counter", last);
  }

  @Test
  void overlappingIncrementsMayBeToldInAnyOrder() {
    told(2, 0, 10);
    told(1, 1, 11);
    told(3, 12, 13);
    assertThat(check(3).isEmpty()).isTrue();
  }

  @Test
  void openOnesMayHaveHappenedOrNot() {
    told(1, 0, 1);
    checker.begun();
    checker.begun();
    checker.begun();
    checker.failed();
    assertThat(check(1).isEmpty()).isTrue();
    assertThat(check(3).isEmpty()).isTrue();
    assertThat(check(4).kept()).hasSize(1);
  }

  @Test
  void sumIsToldOnce() {
    told(1, 0, 10);
    told(1, 1, 11);
    assertThat(check(2).kept()).contains("counter was twice 1");
  }

  @Test
  void incrementThatGotLostIsFound() {
    told(1, 0, 1);
    told(2, 2, 3);
    assertThat(check(1).kept()).hasSize(2);
  }

  @Test
  void laterOneIsToldMore() {
    told(2, 0, 1);
    told(1, 2, 3);
    assertThat(check(2).kept()).containsExactly("counter was 2 before it was made 1");
  }
}
