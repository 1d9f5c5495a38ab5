package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.MarkdownBlock;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tutorial shows the code that is built and run, and no other. */
final class TutorialTextTest {
  @Test
  void everyBlockOfCodeIsThatOfTheExample() throws IOException {
    int compared = 0;
    for (MarkdownBlock block : Tutorial.blocks()) {
      if (Tutorial.file(block) != null) {
        assertThat(block.code())
            .as("the block in line %s of the tutorial, from %s", block.line(), Tutorial.file(block))
            .isNotEmpty()
            .isEqualTo(Tutorial.snippet(Tutorial.file(block), Tutorial.part(block)));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(6);
  }

  @Test
  void everyBlockSaysWhereItIsFromUnlessItIsACommand() throws IOException {
    for (MarkdownBlock block : Tutorial.blocks()) {
      boolean isCommand = block.language().equals("sh");
      assertThat(isCommand || Tutorial.file(block) != null || Tutorial.printedBy(block) != null)
          .as("whether the block in line %s of the tutorial is from somewhere", block.line())
          .isTrue();
    }
  }

  @Test
  void bothNaiveVersionsAreShownFailing() throws IOException {
    List<String> shown =
        Tutorial.blocks().stream().map(Tutorial::printedBy).filter(test -> test != null).toList();
    assertThat(shown).contains("NaiveBankTest", "NaiveQueueTest");
  }
}
