package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.check.SidebandChecker.Link;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SidebandCheckerTest {
  private static final Link FIRST = new Link(SidebandChecker.NONE, new Stamp(10, 0));
  private static final Link SECOND = new Link(1, new Stamp(10, 3));
  private static final Link THIRD = new Link(2, new Stamp(30, 0));

  private final SidebandChecker checker = new SidebandChecker();

  @BeforeEach
  void threeLinksFollowEachOther() {
    checker.acknowledged(1, FIRST);
    checker.acknowledged(2, SECOND);
    checker.acknowledged(3, THIRD);
  }

  private void expect(String violation, Map<Long, Link> data) {
    Violations found = checker.check(data);
    assertThat(found.count()).as(found.toString()).isEqualTo(1);
    assertThat(found.toString()).contains(violation);
  }

  private static Map<Long, Link> all() {
    return Map.of(1L, FIRST, 2L, SECOND, 3L, THIRD);
  }

  @Test
  void whatComesAfterAndSeesEverythingIsRight() {
    checker.gotReadVersion("client 1", 2, 10);
    checker.gotReadVersion("client 1", 3, 31);
    checker.looked("client 2", 3, THIRD);
    checker.looked("client 2", 1, FIRST);
    assertThat(checker.chain(3, 9)).containsExactly(3L, 2L, 1L);
    assertThat(checker.chain(3, 2)).containsExactly(3L, 2L);
    assertThat(checker.check(all()).isEmpty()).isTrue();
  }

  @Test
  void aReadVersionBelowWhatOneWasToldOfIsWrong() {
    checker.gotReadVersion("client 1", 3, 29);
    expect("client 1 was told of link 3", all());
  }

  @Test
  void notToFindWhatOneWasToldOfIsWrong() {
    checker.looked("client 1", 3, null);
    expect("finds null", all());
  }

  @Test
  void toFindItWithAnotherStampOrAnotherPredecessorIsWrong() {
    checker.looked("client 1", 2, new Link(1, new Stamp(11, 3)));
    expect("was told of link 2", all());
    checker.looked("client 1", 2, new Link(3, new Stamp(10, 3)));
    assertThat(checker.check(all()).count()).isEqualTo(2);
  }

  @Test
  void whatFollowsStandsBehindWhatItFollows() {
    checker.acknowledged(4, new Link(3, new Stamp(30, 0)));
    expect("link 4", Map.of(1L, FIRST, 2L, SECOND, 3L, THIRD, 4L, new Link(3, new Stamp(30, 0))));
  }

  /** Nobody was told whether it was committed; it was, before what its client had been told of. */
  @Test
  void whatFollowsStandsBehindItAlsoIfItsOutcomeWasUnknown() {
    expect("link 4", Map.of(1L, FIRST, 2L, SECOND, 3L, THIRD, 4L, new Link(2, new Stamp(9, 0))));
  }

  @Test
  void whatWasAcknowledgedAndIsNotThereIsLost() {
    expect("link 3 was acknowledged", Map.of(1L, FIRST, 2L, SECOND));
  }

  @Test
  void whatWasAcknowledgedIsThereWithTheStampItsClientWasTold() {
    expect(
        "link 3 was acknowledged",
        Map.of(1L, FIRST, 2L, SECOND, 3L, new Link(2, new Stamp(30, 1))));
  }
}
