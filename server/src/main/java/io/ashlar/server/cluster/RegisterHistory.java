package io.ashlar.server.cluster;

import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What witnesses have seen of one register, whose number each of them counts up: an order that no
 * read may turn back, whoever reads. All moments are of one clock. Pure.
 */
final class RegisterHistory {
  private final List<Seen> all = new ArrayList<>();

  /**
   * An answer that a witness got.
   *
   * @param witness who
   * @param beginNanos when it asked first
   * @param endNanos when it had the answer
   * @param isWrite whether it committed this number; else it read it
   * @param number what the register had then; 0 while nobody has written
   * @param author who wrote that number, in words that nobody else writes
   */
  record Seen(
      int witness, long beginNanos, long endNanos, boolean isWrite, long number, String author) {
    private static final int WORDS = 5;

    /** One line, as {@link #parse} takes it. */
    String line() {
      return String.join(
          " ",
          isWrite ? "wrote" : "read",
          Long.toString(beginNanos),
          Long.toString(endNanos),
          Long.toString(number),
          author.isEmpty() ? "-" : author);
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Seen parse(int witness, String line) {
      String[] words = line.split(" ");
      boolean isWrite = words[0].equals("wrote");
      if (words.length != WORDS || !(isWrite || words[0].equals("read"))) {
        throw new IllegalArgumentException("no witness says: " + line);
      }
      return new Seen(
          witness,
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          isWrite,
          Long.parseLong(words[3]),
          words[4].equals("-") ? "" : words[4]);
    }

    private String words() {
      return String.format(
          java.util.Locale.ROOT,
          "witness %d, which %s %d from %.3f to %.3f s",
          witness,
          isWrite ? "wrote" : "read",
          number,
          beginNanos / 1e9,
          endNanos / 1e9);
    }
  }

  void add(Seen seen) {
    all.add(seen);
  }

  int size() {
    return all.size();
  }

  /** How many answers of a witness were both asked for and given within a time. */
  long within(int witness, long fromNanos, long untilNanos) {
    return all.stream()
        .filter(each -> each.witness == witness)
        .filter(each -> each.beginNanos >= fromNanos && each.endNanos <= untilNanos)
        .count();
  }

  /** Everything that contradicts one register with one history. */
  Violations check() {
    Violations found = new Violations();
    checkAuthors(found);
    checkOrder(found);
    return found;
  }

  /** A number that two have written was lost by one of them. */
  private void checkAuthors(Violations found) {
    TreeMap<Long, Seen> first = new TreeMap<>();
    for (Seen each : all) {
      Seen other = first.putIfAbsent(each.number, each);
      if (other != null && !other.author.equals(each.author)) {
        found.add(
            each.words()
                + " as by "
                + each.author
                + ", contradicts "
                + other.words()
                + " as by "
                + other.author);
      }
    }
  }

  /** Whoever begins after an answer was given sees what that has seen, or later. */
  private void checkOrder(Violations found) {
    List<Seen> byBegin = new ArrayList<>(all);
    byBegin.sort(Comparator.comparingLong(Seen::beginNanos));
    List<Seen> byEnd = new ArrayList<>(all);
    byEnd.sort(Comparator.comparingLong(Seen::endNanos));
    Seen latest = null;
    int ended = 0;
    for (Seen each : byBegin) {
      while (ended < byEnd.size() && byEnd.get(ended).endNanos < each.beginNanos) {
        Seen before = byEnd.get(ended++);
        latest = latest == null || before.number > latest.number ? before : latest;
      }
      long least = latest == null ? 0 : latest.number + (each.isWrite ? 1 : 0);
      if (each.number < least) {
        found.add(each.words() + ", came after " + latest.words());
      }
    }
  }
}
