package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.MarkdownBlock;
import io.ashlar.server.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The text for operators has no command that its test would not run. */
final class RunbookTest {
  private static final List<String> COMMANDS =
      List.of(
          "cluster up",
          "cluster kill",
          "status",
          "shell",
          "configure",
          "coordinators",
          "exclude",
          "start");

  @Test
  void everyLineOfCommandsIsOneOfTheProgram() throws IOException {
    List<String> told = new ArrayList<>();
    for (MarkdownBlock block : Runbook.blocks()) {
      if (Runbook.isCommands(block)) {
        assertThat(block.code())
            .as("the block in line %s", block.line())
            .isNotEmpty()
            .allSatisfy(line -> assertThat(line).startsWith(Runbook.PROGRAM));
        block.code().forEach(line -> told.add(line.substring(Runbook.PROGRAM.length())));
      }
    }
    assertThat(COMMANDS)
        .allSatisfy(command -> assertThat(told).anyMatch(line -> line.startsWith(command)));
  }

  @Test
  void everyCommentThatIsForTheTestIsOneThatItKnows() throws IOException {
    Pattern comment = Pattern.compile("<!-- .* -->");
    for (MarkdownBlock block : MarkdownBlock.of(Path.of("..", "docs", "operations.md"))) {
      if (comment.matcher(block.above()).matches()) {
        boolean isKnown =
            Runbook.file(block) != null
                || !Runbook.ended(block).isEmpty()
                || Runbook.exitCode(block) != 0
                || !Runbook.printed(block).isEmpty()
                || block.above().equals("<!-- ends with 0 -->");
        assertThat(isKnown).as("line %s: %s", block.line() - 1, block.above()).isTrue();
      }
    }
  }

  @Test
  void everyCommandThatTheTextNamesIsThere() throws IOException {
    Pattern named = Pattern.compile("`(cluster [a-z]+)[^`]*`|`\\./ashlar ([a-z]+)[^`]*`");
    String text = Files.readString(Path.of("..", "docs", "operations.md"));
    List<String> commands =
        named
            .matcher(text)
            .results()
            .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
            .distinct()
            .toList();
    assertThat(commands).contains("cluster up", "cluster status", "start");
    for (String command : commands) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.add("--help");
      Program program = new Program();
      assertThat(program.run(words.toArray(String[]::new))).as("%s\n%s", command, program).isZero();
    }
  }

  @Test
  void aCommentTellsWhatIsEndedBeforeAndWhatIsPrinted() {
    MarkdownBlock block =
        new MarkdownBlock(1, "sh", "<!-- end a:1 b:2, ends with 5, prints: x, y -->", List.of());
    assertThat(Runbook.ended(block)).containsExactly("a:1", "b:2");
    assertThat(Runbook.exitCode(block)).isEqualTo(5);
    assertThat(Runbook.printed(block)).isEqualTo("x, y");
  }

  @Test
  void quotedWordsAreOne() {
    assertThat(Runbook.words("./ashlar shell --exec \"set a b; get a\" --dir x"))
        .containsExactly("shell", "--exec", "set a b; get a", "--dir", "x");
  }
}
