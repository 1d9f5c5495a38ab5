package io.ashlar.simulation.diagnosis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Finds the first line in which two traces differ, reading each once, so that they may be of any
 * size.
 */
public final class LineDiff {
  private static final int LINES_BEFORE = 12;
  private static final int LINES_AFTER = 4;

  /**
   * Where two traces part.
   *
   * @param number of the first line that differs, from 1
   * @param before the last lines that both have
   * @param first that line of the one, and some more; empty when it has ended
   * @param second of the other
   */
  public record Difference(
      long number, List<String> before, List<String> first, List<String> second) {
    /** For people, line by line. */
    public List<String> describe(String firstName, String secondName) {
      List<String> lines = new ArrayList<>();
      lines.add("they part at line " + number + ":");
      before.forEach(line -> lines.add("    " + line));
      add(lines, "  - ", first, firstName);
      add(lines, "  + ", second, secondName);
      lines.add("  - is " + firstName + ", + is " + secondName);
      return lines;
    }

    private static void add(List<String> lines, String sign, List<String> more, String name) {
      if (more.isEmpty()) {
        lines.add(sign + "(the end of " + name + ")");
      }
      more.forEach(line -> lines.add(sign + line));
    }
  }

  private final Iterator<String> firsts;
  private final ArrayDeque<String> before = new ArrayDeque<>();
  private final List<String> first = new ArrayList<>();
  private final List<String> second = new ArrayList<>();
  private long number;
  private boolean parted;

  /**
   * @param firsts the lines of one trace; those of the other come by {@link #accept}
   */
  public LineDiff(Iterator<String> firsts) {
    this(firsts, 0);
  }

  /**
   * @param linesBefore how many lines both have that were left out, for the numbers of lines
   */
  public LineDiff(Iterator<String> firsts, long linesBefore) {
    this.firsts = firsts;
    this.number = linesBefore;
  }

  /** The first difference, or null when they are equal to the end. */
  public static Difference between(Iterator<String> firsts, Iterator<String> seconds) {
    return between(firsts, seconds, 0);
  }

  /**
   * The same for traces of which some lines were left out.
   *
   * @param linesBefore how many of each
   */
  public static Difference between(
      Iterator<String> firsts, Iterator<String> seconds, long linesBefore) {
    LineDiff diff = new LineDiff(firsts, linesBefore);
    while (seconds.hasNext() && !diff.isDone()) {
      diff.accept(seconds.next());
    }
    return diff.end();
  }

  /** Whether all that will be told is known. */
  private boolean isDone() {
    return parted && second.size() > LINES_AFTER;
  }

  /** The next line of the second trace. */
  public void accept(String line) {
    if (parted) {
      if (!isDone()) {
        second.add(line);
      }
      return;
    }
    number++;
    String other = firsts.hasNext() ? firsts.next() : null;
    if (line.equals(other)) {
      before.add(line);
      if (before.size() > LINES_BEFORE) {
        before.remove();
      }
    } else {
      second.add(line);
      part(other);
    }
  }

  private void part(String line) {
    parted = true;
    if (line != null) {
      first.add(line);
    }
    while (first.size() <= LINES_AFTER && firsts.hasNext()) {
      first.add(firsts.next());
    }
  }

  /**
   * The second trace has ended.
   *
   * @return the first difference, or null when the two are equal
   */
  public Difference end() {
    if (!parted && firsts.hasNext()) {
      number++;
      part(firsts.next());
    }
    return parted
        ? new Difference(number, List.copyOf(before), List.copyOf(first), List.copyOf(second))
        : null;
  }
}
