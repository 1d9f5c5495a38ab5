package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table in docs/architecture.md of where each rule lives agrees with the sources. */
final class RuleTableTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TEXT = ROOT.resolve("docs").resolve("architecture.md");
  private static final String HEAD = "| rule | pure half | asked by |";
  private static final Pattern CLASS = Pattern.compile("`(\\w+)\\.(\\w+)`");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

  /** A class of the table: the folder of its package below {@code io/ashlar}, and its name. */
  private record Named(String folder, String name) {
    boolean isMentionedBy(Named other) throws IOException {
      return Pattern.compile("\\b" + name + "\\b").matcher(other.code()).find();
    }

    /** Its source without comments: a name in one of those asks nothing. */
    String code() throws IOException {
      return COMMENT.matcher(Files.readString(file())).replaceAll(" ");
    }

    Path file() throws IOException {
      Path inModule =
          Path.of("src", "main", "java", "io", "ashlar").resolve(folder).resolve(name + ".java");
      try (Stream<Path> modules = Files.list(ROOT)) {
        return modules
            .map(module -> module.resolve(inModule))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(() -> new AssertionError("there is no " + this));
      }
    }

    @Override
    public String toString() {
      return folder + "." + name;
    }
  }

  /**
   * One row.
   *
   * @param others whom it names besides, behind a semicolon: they must be there, no more
   */
  private record Row(String rule, List<Named> halves, List<Named> askers, List<Named> others) {}

  @Test
  void everyPureHalfIsAskedByOneOfTheClassesBesideIt() throws IOException {
    List<String> alone = new ArrayList<>();
    for (Row row : rows()) {
      for (Named half : row.halves()) {
        boolean isAsked = row.askers().isEmpty();
        for (Named asker : row.askers()) {
          isAsked |= half.isMentionedBy(asker);
        }
        if (!isAsked) {
          alone.add(row.rule() + ": " + half);
        }
      }
    }
    assertThat(alone).isEmpty();
  }

  @Test
  void everyClassThatIsSaidToAskMentionsOneOfThePureHalves() throws IOException {
    List<String> strangers = new ArrayList<>();
    for (Row row : rows()) {
      for (Named asker : row.askers()) {
        boolean asks = row.halves().isEmpty() && !asker.code().isEmpty();
        for (Named half : row.halves()) {
          asks |= half.isMentionedBy(asker);
        }
        if (!asks) {
          strangers.add(row.rule() + ": " + asker);
        }
      }
    }
    assertThat(strangers).isEmpty();
  }

  @Test
  void everyClassThatIsNamedBesidesIsThere() throws IOException {
    for (Row row : rows()) {
      for (Named other : row.others()) {
        assertThat(other.file()).exists();
      }
    }
  }

  @Test
  void theTableIsRead() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(60);
  }

  private static List<Row> rows() throws IOException {
    List<String> lines = Files.readAllLines(TEXT);
    return lines.stream()
        .skip(lines.indexOf(HEAD) + 2L)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split(" *\\| *", -1))
        .map(
            cells ->
                new Row(
                    cells[1],
                    classes(cells[2]),
                    classes(cells[3].replaceFirst(";.*", "")),
                    classes(cells[3].replaceFirst("^[^;]*", ""))))
        .toList();
  }

  private static List<Named> classes(String cell) {
    List<Named> classes = new ArrayList<>();
    Matcher matcher = CLASS.matcher(cell);
    while (matcher.find()) {
      classes.add(new Named(matcher.group(1), matcher.group(2)));
    }
    return classes;
  }
}
