package io.ashlar.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of code of a text in {@code docs/}. A comment in the line above it may say what a test
 * needs to know of it, and readers do not see.
 *
 * @param line of the text where it begins
 * @param language what stands behind its fence
 * @param above the line above it
 */
public record MarkdownBlock(int line, String language, String above, List<String> code) {
  private static final String FENCE = "```";

  public MarkdownBlock {
    code = List.copyOf(code);
  }

  /** All of them, in their order. */
  public static List<MarkdownBlock> of(Path text) throws IOException {
    List<MarkdownBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(text);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(FENCE)) {
        int begin = i++;
        while (!lines.get(i).equals(FENCE)) {
          i++;
        }
        blocks.add(
            new MarkdownBlock(
                begin + 1,
                lines.get(begin).substring(FENCE.length()),
                lines.get(begin - 1),
                lines.subList(begin + 1, i)));
      }
    }
    return blocks;
  }

  /** What a group of {@code pattern} found in the line above, or null when that is another. */
  public String told(Pattern pattern, int group) {
    Matcher matcher = pattern.matcher(above);
    return matcher.matches() ? matcher.group(group) : null;
  }
}
