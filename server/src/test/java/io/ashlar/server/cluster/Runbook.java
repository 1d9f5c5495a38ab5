package io.ashlar.server.cluster;

import io.ashlar.server.MarkdownBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/operations.md}, read for its commands. The line above a block may say in a comment
 * what its last command ends with and prints ({@code ends with 5, prints: TEXT}; else it ends with
 * 0), which processes have been ended before ({@code end HOST:PORT HOST:PORT}, in front of the
 * rest), or that the block is a file.
 */
final class Runbook {
  static final String PROGRAM = "./ashlar ";

  private static final Path TEXT = Path.of("..", "docs", "operations.md");
  private static final Pattern RESULT =
      Pattern.compile(
          "<!-- (?:end [^,]+)?(?:, )?(?:ends with (\\d+))?(?:, )?(?:prints: (.*?))? -->");
  private static final Pattern FILE = Pattern.compile("<!-- file: (\\S+) -->");
  private static final Pattern ENDED = Pattern.compile("<!-- end ([^,]+?)(?:, .*)? -->");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  private Runbook() {}

  /** Its blocks of commands and files, in their order. */
  static List<MarkdownBlock> blocks() throws IOException {
    return MarkdownBlock.of(TEXT).stream()
        .filter(block -> isCommands(block) || file(block) != null)
        .toList();
  }

  static boolean isCommands(MarkdownBlock block) {
    return block.language().equals("sh");
  }

  /** The file that a block is, or null. */
  static String file(MarkdownBlock block) {
    return block.told(FILE, 1);
  }

  /** Where the processes listened that have been ended before a block, in that order. */
  static List<String> ended(MarkdownBlock block) {
    String addresses = block.told(ENDED, 1);
    return addresses == null ? List.of() : List.of(addresses.split(" "));
  }

  /** What the last command of a block ends with. */
  static int exitCode(MarkdownBlock block) {
    String code = block.told(RESULT, 1);
    return code == null ? 0 : Integer.parseInt(code);
  }

  /** What the last command of a block prints, among others; may be empty. */
  static String printed(MarkdownBlock block) {
    String text = block.told(RESULT, 2);
    return text == null ? "" : text;
  }

  /** The words of a command, without the program. */
  static List<String> words(String line) {
    if (!line.startsWith(PROGRAM)) {
      throw new IllegalArgumentException("no command of the program: " + line);
    }
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line.substring(PROGRAM.length()));
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }
}
