package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/shell.md has the commands of the shell, as its help shows them. */
final class ShellTextTest {
  private static final Path TEXT = Path.of("..", "docs", "shell.md");

  @Test
  void theTextHasTheCommandsOfTheShell() throws IOException {
    assertThat(rowsOf("Verb"))
        .isEqualTo(Stream.of(Verb.values()).map(v -> row(v.usage(), v.meaning)).toList());
  }

  @Test
  void theTextHasThoseOfKeyValueStores() throws IOException {
    assertThat(rowsOf("KeyValueVerb")).isEqualTo(rows(KeyValueVerb.values()));
  }

  @Test
  void theTextHasThoseOfTables() throws IOException {
    assertThat(rowsOf("TableVerb")).isEqualTo(rows(TableVerb.values()));
  }

  private static List<String> rows(SubVerb[] verbs) {
    List<String> rows = new ArrayList<>();
    for (SubVerb verb : verbs) {
      rows.add(row((verb.word() + " " + verb.arguments()).strip(), verb.meaning()));
    }
    return rows;
  }

  private static String row(String usage, String meaning) {
    return "| `" + usage.replace("|", "\\|") + "` | " + meaning.replace("|", "\\|") + " |";
  }

  /** The rows of the table below the comment that names {@code verbs}. */
  private static List<String> rowsOf(String verbs) throws IOException {
    List<String> lines = Files.readAllLines(TEXT);
    int begin = lines.indexOf("<!-- of " + verbs + " -->") + 3;
    return lines.stream().skip(begin).takeWhile(line -> line.startsWith("|")).toList();
  }
}
