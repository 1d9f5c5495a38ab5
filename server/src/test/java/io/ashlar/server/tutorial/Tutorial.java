package io.ashlar.server.tutorial;

import io.ashlar.server.MarkdownBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code docs/tutorial-simulation.md}, read for its code. Every block names where it is from, in a
 * comment in the line above it: {@code <!-- from FILE: NAME -->} for a part of a file of the
 * example, {@code <!-- printed by: CLASS -->} for what Maven prints when it runs a test.
 */
final class Tutorial {
  /** Where the example is, seen from the folder of this module. */
  static final Path EXAMPLE = Path.of("..", "docs", "examples", "simulation-tutorial");

  private static final Path TEXT = Path.of("..", "docs", "tutorial-simulation.md");
  private static final Pattern FROM = Pattern.compile("<!-- from (\\S+): (\\S+) -->");
  private static final Pattern PRINTED = Pattern.compile("<!-- printed by: (\\S+) -->");

  private Tutorial() {}

  /** The file of the example that a block is from, or null. */
  static String file(MarkdownBlock block) {
    return block.told(FROM, 1);
  }

  /** Which part of the file. */
  static String part(MarkdownBlock block) {
    return block.told(FROM, 2);
  }

  /** The test that prints a block, or null. */
  static String printedBy(MarkdownBlock block) {
    return block.told(PRINTED, 1);
  }

  static List<MarkdownBlock> blocks() throws IOException {
    return MarkdownBlock.of(TEXT);
  }

  /** The lines between {@code snippet: NAME} and {@code end}, moved to the left edge. */
  static List<String> snippet(String file, String name) throws IOException {
    return snippet(EXAMPLE.resolve(file), name);
  }

  /** The same of any file. */
  static List<String> snippet(Path file, String name) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> found = new ArrayList<>();
    boolean isInside = false;
    for (String line : lines) {
      String marker = line.replaceAll("^ *(//|<!--) ?", "").replaceAll(" *-->$", "");
      boolean isMarker = !marker.equals(line);
      if (isMarker && marker.equals("snippet: " + name)) {
        isInside = true;
      } else if (isMarker && marker.equals("end")) {
        isInside = false;
      } else if (isInside) {
        found.add(line);
      }
    }
    int margin =
        found.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    return found.stream().map(line -> line.isBlank() ? "" : line.substring(margin)).toList();
  }

  /** What is the same whatever seed is the first that fails, and wherever the example is. */
  static List<String> withoutWhatVaries(List<String> printed) {
    return printed.stream()
        .map(
            line ->
                line.replaceAll("[0-9]+", "0")
                    .replaceAll("(job-0, )+", "")
                    .replaceAll("(faults: ).*", "$1…")
                    .replaceAll("((?:course|events): )\\S*(/target/)", "$1…$2")
                    .stripTrailing())
        .toList();
  }
}
