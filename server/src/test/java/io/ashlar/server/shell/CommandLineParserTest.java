package io.ashlar.server.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class CommandLineParserTest {
  @Test
  void splitsWordsAtBlanksAndCommandsAtSemicolons() throws Exception {
    assertThat(parse("writemode on; set hello  world ;get\thello"))
        .containsExactly("writemode|on", "set|hello|world", "get|hello");
  }

  @Test
  void leavesEmptyCommandsOut() throws Exception {
    assertThat(parse(" ;; get a;\n; ")).containsExactly("get|a");
    assertThat(parse("")).isEmpty();
  }

  @Test
  void quotesKeepBlanksAndSemicolonsAndMakeEmptyWords() throws Exception {
    assertThat(parse("set \"a b;c\" \"\"")).containsExactly("set|a b;c|");
    assertThat(parse("set a\" \"b c")).containsExactly("set|a b|c");
  }

  @Test
  void escapesStandForThemselvesInsideAndOutsideQuotes() throws Exception {
    assertThat(parse("get a\\ b\\;c\\\"d\\\\e")).containsExactly("get|a b;c\"d\\x5ce");
    assertThat(parse("get \"a\\\"b\"")).containsExactly("get|a\"b");
  }

  @Test
  void hexadecimalEscapesAreSingleBytes() throws Exception {
    List<List<Bytes>> commands = CommandLineParser.parse("get \\x00\\xfF\\x41");
    assertThat(commands.get(0).get(1)).isEqualTo(Bytes.of(0, 255, 'A'));
    assertThat(CommandLineParser.parse("get \\x20").get(0).get(1)).isEqualTo(Bytes.of(' '));
  }

  @Test
  void otherTextIsUtf8() throws Exception {
    assertThat(CommandLineParser.parse("get Zürich😀").get(0).get(1))
        .isEqualTo(Bytes.utf8("Zürich😀"));
  }

  @Test
  void refusesWhatIsNotWellFormed() {
    for (String bad : List.of("get \"a", "get \\", "get \\n", "get \\x4", "get \\xg0")) {
      assertThatThrownBy(() -> CommandLineParser.parse(bad))
          .as(bad)
          .isInstanceOf(ShellSyntaxException.class);
    }
  }

  @Property(tries = 500, seed = "20260101")
  void whatTheShellPrintsItReadsBack(@ForAll @Size(max = 40) byte[] bytes) throws Exception {
    Bytes value = Bytes.copyOf(bytes);
    String typed = "\"" + value.toString().replace("\"", "\\\"") + "\"";
    assertThat(CommandLineParser.parse("get " + typed))
        .containsExactly(List.of(Bytes.utf8("get"), value));
  }

  private static List<String> parse(String line) throws ShellSyntaxException {
    return CommandLineParser.parse(line).stream()
        .map(words -> String.join("|", words.stream().map(Bytes::toString).toList()))
        .toList();
  }
}
