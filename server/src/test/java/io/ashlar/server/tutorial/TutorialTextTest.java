package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tutorial shows the code that is built and run, and no other. */
final class TutorialTextTest {
  @Test
  void everyBlockOfCodeIsThatOfTheExample() throws IOException {
    int compared = 0;
    for (Tutorial.Block block : Tutorial.blocks()) {
      if (block.file() != null) {
        assertThat(block.code())
            .as("the block in line %s of the tutorial, from %s", block.line(), block.file())
            .isNotEmpty()
            .isEqualTo(Tutorial.snippet(block.file(), block.part()));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(6);
  }

  @Test
  void everyBlockSaysWhereItIsFromUnlessItIsACommand() throws IOException {
    for (Tutorial.Block block : Tutorial.blocks()) {
      boolean isCommand = block.language().equals("sh");
      assertThat(isCommand || block.file() != null || block.printedBy() != null)
          .as("whether the block in line %s of the tutorial is from somewhere", block.line())
          .isTrue();
    }
  }

  @Test
  void bothNaiveVersionsAreShownFailing() throws IOException {
    List<String> shown =
        Tutorial.blocks().stream()
            .map(Tutorial.Block::printedBy)
            .filter(test -> test != null)
            .toList();
    assertThat(shown).contains("NaiveBankTest", "NaiveQueueTest");
  }
}
