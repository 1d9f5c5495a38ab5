package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.MarkdownBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Does what the tutorial tells its readers to do, with the jars of this build. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TutorialIT {
  private static final Pattern REPLAY =
      Pattern.compile(" +replay: mvn test -Dtest='(NaiveBankTest#\\w+)' -Dashlar\\.seed=(\\d+)");
  private static final Pattern LOST = Pattern.compile("seed (\\d+): what bob has ==> .*");

  private static TutorialExample example;
  private static TutorialExample.Run naive;

  @BeforeAll
  static void runTheNaiveVersions() throws Exception {
    example = TutorialExample.make(Path.of("target", "tutorial"));
    naive = example.maven("test", "-Dtest=Naive*Test");
  }

  @Test
  @Order(1)
  void bothNaiveVersionsFailAsTheTutorialShows() throws IOException {
    assertThat(naive.code()).as(naive.text()).isNotZero();
    assertThat(naive.lines()).as(naive.text()).anyMatch(line -> LOST.matcher(line).matches());
    List<String> printed = Tutorial.withoutWhatVaries(naive.lines());
    for (MarkdownBlock block : Tutorial.blocks()) {
      if (Tutorial.printedBy(block) != null) {
        assertThat(printed)
            .as(
                "what %s prints, and line %s of the tutorial",
                Tutorial.printedBy(block), block.line())
            .containsSequence(Tutorial.withoutWhatVaries(block.code()));
      }
    }
  }

  @Test
  @Order(2)
  void theReplayLineGivesTheSameFailure() throws Exception {
    Matcher replay =
        naive.lines().stream()
            .map(REPLAY::matcher)
            .filter(Matcher::matches)
            .findFirst()
            .orElseThrow(() -> new AssertionError(naive.text()));
    TutorialExample.Run again =
        example.maven("test", "-Dtest=" + replay.group(1), "-Dashlar.seed=" + replay.group(2));
    assertThat(again.code()).as(again.text()).isNotZero();
    assertThat(failure(again)).isEqualTo(failure(naive)).contains("seed " + replay.group(2) + ":");
    assertThat(again.lines()).anyMatch(line -> line.contains("Tests run: 1, Failures: 1,"));
  }

  private static String failure(TutorialExample.Run run) {
    return run.lines().stream()
        .filter(line -> LOST.matcher(line).matches())
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.text()));
  }

  @Test
  @Order(3)
  void theSafeVersionsPassAHundredSeedsEach() throws Exception {
    TutorialExample.Run safe = example.maven("test");
    assertThat(safe.code()).as(safe.text()).isZero();
    assertThat(safe.lines())
        .anyMatch(line -> line.contains("Tests run: 200, Failures: 0, Errors: 0, Skipped: 0"));
  }
}
