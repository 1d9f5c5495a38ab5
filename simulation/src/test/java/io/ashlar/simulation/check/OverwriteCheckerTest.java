package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OverwriteCheckerTest {
  private static final int PLACE = 3;

  private final OverwriteChecker checker = new OverwriteChecker();

  private static Stamp at(long version) {
    return new Stamp(version, 0);
  }

  private long deed(Outcome outcome, Stamp stamp) {
    long number = checker.begin(PLACE);
    checker.end(number, outcome, stamp);
    return number;
  }

  private long committed(long version) {
    return deed(Outcome.COMMITTED, at(version));
  }

  private List<String> violations() {
    return checker.check().kept();
  }

  private void assertOneViolation(String... parts) {
    List<String> found = violations();
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).contains(parts);
  }

  @Test
  void aReadFindsTheLastDeedUpToItsVersion() {
    checker.sawNothing(PLACE, 9);
    long first = committed(10);
    long second = committed(20);
    checker.saw(PLACE, 10, first, at(10));
    checker.saw(PLACE, 19, first, at(10));
    checker.saw(PLACE, 20, second, at(20));
    checker.saw(PLACE, 90, second, at(20));
    assertThat(violations()).isEmpty();
  }

  @Test
  void placesHaveNothingToDoWithEachOther() {
    committed(10);
    checker.sawNothing(PLACE + 1, 20);
    assertThat(violations()).isEmpty();
    assertThat(checker.isOf(PLACE, 1)).isTrue();
    assertThat(checker.isOf(PLACE + 1, 1)).isFalse();
    assertThat(checker.isOf(PLACE, 2)).isFalse();
  }

  @Test
  void twoDeedsWithOneStampAreOneTooMany() {
    committed(10);
    committed(10);
    assertOneViolation("deeds 1 and 2", "10.0");
  }

  @Test
  void noMoreHasOneThatWasSeenTheStampOfAnother() {
    committed(10);
    long unknown = deed(Outcome.UNKNOWN, null);
    checker.saw(PLACE, 15, unknown, at(10));
    assertOneViolation("both have the stamp");
  }

  @Test
  void oneOfUnknownOutcomeMayBeTheLast() {
    committed(10);
    long unknown = deed(Outcome.UNKNOWN, null);
    long open = checker.begin(PLACE);
    checker.saw(PLACE, 15, unknown, at(12));
    checker.saw(PLACE, 30, open, at(29));
    assertThat(violations()).isEmpty();
  }

  @Test
  void oneOfUnknownOutcomeNeedNotBeThere() {
    long known = committed(10);
    deed(Outcome.UNKNOWN, null);
    checker.saw(PLACE, 30, known, at(10));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsOneOfUnknownOutcomeInThePlaceOfALaterOneThatWasAcknowledged() {
    long unknown = deed(Outcome.UNKNOWN, null);
    committed(20);
    checker.saw(PLACE, 30, unknown, at(12));
    assertOneViolation("of deed 1 at 12.0", "was last written at 20.0");
  }

  @Test
  void findsAnAcknowledgedDeedThatIsNotThere() {
    committed(10);
    checker.sawNothing(PLACE, 10);
    assertOneViolation("has nothing and was last written at 10.0");
  }

  @Test
  void findsAnEarlierDeedThanTheLast() {
    long first = committed(10);
    committed(20);
    checker.saw(PLACE, 20, first, at(10));
    assertOneViolation("of deed 1 at 10.0 and was last written at 20.0");
  }

  @Test
  void findsADeedAboveTheReadVersion() {
    long first = committed(10);
    checker.saw(PLACE, 9, first, at(10));
    assertOneViolation("read at 9", "was last written at null");
  }

  @Test
  void findsADeedOfUnknownOutcomeThatIsGoneAfterItWasSeen() {
    long known = committed(10);
    long unknown = deed(Outcome.UNKNOWN, null);
    checker.saw(PLACE, 15, unknown, at(12));
    checker.saw(PLACE, 16, known, at(10));
    assertOneViolation("read at 16", "was last written at 12.0");
  }

  @Test
  void findsADeedAtAnotherStampThanItWasTold() {
    long known = committed(10);
    checker.saw(PLACE, 15, known, at(11));
    assertThat(violations()).hasSize(2).anyMatch(text -> text.contains("was committed at 10.0"));
  }

  @Test
  void findsADeedOfUnknownOutcomeAtTwoStamps() {
    long unknown = deed(Outcome.UNKNOWN, null);
    checker.saw(PLACE, 15, unknown, at(11));
    checker.saw(PLACE, 25, unknown, at(20));
    assertThat(violations()).anyMatch(text -> text.contains("which was committed at 11.0"));
  }

  @Test
  void findsADeedThatFailed() {
    long failed = deed(Outcome.FAILED, null);
    checker.saw(PLACE, 15, failed, at(11));
    assertThat(violations()).anyMatch(text -> text.contains("was not committed (FAILED)"));
  }
}
