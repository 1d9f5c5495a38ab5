package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.MarkdownBlock;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tutorials of the layers show code of tests, which are run, and no other. */
final class LayerTutorialsTest {
  private static final Path TOP = Path.of("..");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "consistency.md",
        "transactions.md",
        "tutorial-directory.md",
        "tutorial-key-value-store.md",
        "tutorial-table.md",
        "tutorial-building-blocks.md",
        "tutorial-blob.md",
        "how-to-write-a-layer.md"
      })
  void everyBlockOfCodeIsThatOfATest(String text) throws IOException {
    int compared = 0;
    for (MarkdownBlock block : MarkdownBlock.of(TOP.resolve("docs").resolve(text))) {
      assertThat(Tutorial.file(block))
          .as("where line %s of %s is from", block.line(), text)
          .isNotNull();
      assertThat(block.code())
          .as("the block in line %s of %s, from %s", block.line(), text, Tutorial.file(block))
          .isNotEmpty()
          .isEqualTo(Tutorial.snippet(TOP.resolve(Tutorial.file(block)), Tutorial.part(block)));
      compared++;
    }
    assertThat(compared).isGreaterThanOrEqualTo(4);
  }
}
