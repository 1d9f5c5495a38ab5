package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.server.cluster.RegisterHistory.Seen;
import org.junit.jupiter.api.Test;

final class RegisterHistoryTest {
  private final RegisterHistory history = new RegisterHistory();

  private void wrote(int witness, long begin, long end, long number, String author) {
    history.add(new Seen(witness, begin, end, true, number, author));
  }

  private void read(int witness, long begin, long end, long number, String author) {
    history.add(new Seen(witness, begin, end, false, number, author));
  }

  @Test
  void answersThatOverlapMayComeInEitherOrder() {
    read(2, 0, 30, 0, "");
    wrote(1, 10, 40, 1, "a");
    read(2, 20, 30, 1, "a");
    read(3, 25, 60, 0, "");
    wrote(2, 35, 50, 2, "b");
    assertThat(history.check().isEmpty()).as("%s", history.check()).isTrue();
  }

  @Test
  void whoeverBeginsAfterAnAnswerMustSeeIt() {
    wrote(1, 10, 20, 1, "a");
    read(2, 21, 30, 0, "");
    assertThat(history.check().kept())
        .singleElement()
        .asString()
        .contains("witness 2, which read 0", "came after witness 1, which wrote 1");
  }

  @Test
  void aReadThatSawMoreBindsLaterOnes() {
    wrote(1, 10, 100, 1, "a");
    read(2, 15, 20, 1, "a");
    read(3, 21, 30, 0, "");
    assertThat(history.check().count()).isEqualTo(1);
  }

  @Test
  void twoWritesOfOneNumberAreALostOne() {
    wrote(1, 10, 20, 1, "a");
    wrote(2, 10, 20, 1, "b");
    assertThat(history.check().kept()).singleElement().asString().contains("as by b", "as by a");
  }

  @Test
  void aWriteThatComesLaterHasALargerNumber() {
    wrote(1, 10, 20, 1, "a");
    wrote(1, 30, 40, 1, "a");
    assertThat(history.check().count()).isEqualTo(1);
  }

  @Test
  void whatIsAnsweredWithinATimeWasAskedForWithinItToo() {
    read(4, 5, 12, 0, "");
    read(4, 12, 18, 0, "");
    read(4, 19, 25, 0, "");
    read(3, 12, 18, 0, "");
    assertThat(history.within(4, 10, 20)).isEqualTo(1);
    assertThat(history.within(4, 0, 30)).isEqualTo(3);
  }

  @Test
  void linesAreReadAsTheyWereWritten() {
    for (Seen seen :
        new Seen[] {new Seen(3, 5, 7, true, 12, "w3.4"), new Seen(3, 5, 7, false, 0, "")}) {
      assertThat(Seen.parse(3, seen.line())).isEqualTo(seen);
    }
    assertThatThrownBy(() -> Seen.parse(1, "wrote 1 2"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Seen.parse(1, "saw 1 2 3 x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
