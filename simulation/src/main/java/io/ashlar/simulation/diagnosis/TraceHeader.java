package io.ashlar.simulation.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a trace in a file: what run it is of. Traces of different runs differ anyway;
 * whoever compares them by mistake is told so at once.
 *
 * @param program a fingerprint of the program that ran; without blanks
 * @param options of the run, for people; the same for the same options
 */
public record TraceHeader(String program, long seed, String options) {
  private static final Pattern LINE =
      Pattern.compile("# trace of ashlar sim, program (\\S+), seed (-?[0-9]{1,19}): (.*)");

  /** As a line of the file. */
  public String line() {
    return "# trace of ashlar sim, program " + program + ", seed " + seed + ": " + options;
  }

  /** From the line; null when it is none of this class. */
  public static TraceHeader parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return null;
    }
    try {
      return new TraceHeader(matcher.group(1), Long.parseLong(matcher.group(2)), matcher.group(3));
    } catch (NumberFormatException tooLarge) {
      return null;
    }
  }

  /**
   * In what two runs are different ones, a line each; empty when they are to be the same.
   *
   * @param name of this one
   * @param otherName of the other
   */
  public List<String> differences(String name, TraceHeader other, String otherName) {
    List<String> lines = new ArrayList<>();
    add(lines, "the seed", name, String.valueOf(seed), otherName, String.valueOf(other.seed));
    add(lines, "the options", name, options, otherName, other.options);
    add(lines, "the program", name, program, otherName, other.program);
    return lines;
  }

  private static void add(
      List<String> lines, String what, String name, String is, String otherName, String others) {
    if (!is.equals(others)) {
      lines.add(
          "these are different runs: "
              + what
              + " of "
              + name
              + ": "
              + is
              + "; of "
              + otherName
              + ": "
              + others);
    }
  }
}
