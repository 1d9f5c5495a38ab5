package io.ashlar.simulation.faults;

import io.ashlar.simulation.diagnosis.Words;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which occurrences of faults may happen in a run: all, or those that are listed. As text: {@code
 * all}, {@code none}, or kinds with numbers, such as {@code kill:1-3,kill:7,partition:2}.
 *
 * <p>What is left out changes nothing of what is drawn for the others; though what these do depends
 * on what they meet.
 */
public final class FaultEvents {
  private static final String ALL = "all";
  private static final String NONE = "none";

  /** More than any run has. */
  private static final int NUMBER_MAX = 1_000_000;

  /** Null: all. */
  private final Map<String, NavigableSet<Integer>> listed;

  private FaultEvents(Map<String, NavigableSet<Integer>> listed) {
    this.listed = listed;
  }

  public static FaultEvents all() {
    return new FaultEvents(null);
  }

  /** These and no others. */
  public static FaultEvents only(Collection<FaultEvent> events) {
    Map<String, NavigableSet<Integer>> listed = new TreeMap<>();
    for (FaultEvent event : events) {
      listed.computeIfAbsent(event.kind(), absent -> new TreeSet<>()).add(event.number());
    }
    return new FaultEvents(listed);
  }

  /**
   * Reads the text form.
   *
   * @param kinds all names there are
   * @throws IllegalArgumentException with a message for people, when it is no such text
   */
  public static FaultEvents parse(String text, Collection<String> kinds) {
    String trimmed = text.strip();
    if (trimmed.equals(ALL)) {
      return all();
    }
    Map<String, NavigableSet<Integer>> listed = new TreeMap<>();
    if (!trimmed.equals(NONE)) {
      for (String part : trimmed.split(",", -1)) {
        add(listed, part.strip(), kinds);
      }
    }
    return new FaultEvents(listed);
  }

  private static void add(
      Map<String, NavigableSet<Integer>> listed, String part, Collection<String> kinds) {
    int colon = part.indexOf(':');
    String kind = colon < 0 ? part : part.substring(0, colon);
    if (!kinds.contains(kind)) {
      throw new IllegalArgumentException(Words.unknown(kind, kinds));
    }
    String numbers = part.substring(colon + 1);
    int dash = numbers.indexOf('-');
    int first = colon < 0 ? 0 : number(dash < 0 ? numbers : numbers.substring(0, dash));
    int last = dash < 0 ? first : number(numbers.substring(dash + 1));
    if (first < 1 || last < first) {
      throw new IllegalArgumentException(
          "occurrences of a fault are such as "
              + kind
              + ":2 or "
              + kind
              + ":2-5, counted from 1, not '"
              + part
              + "'");
    }
    NavigableSet<Integer> all = listed.computeIfAbsent(kind, absent -> new TreeSet<>());
    for (int number = first; number <= last; number++) {
      all.add(number);
    }
  }

  /** 0 when it is none. */
  private static int number(String digits) {
    try {
      int number = Integer.parseInt(digits);
      return number <= NUMBER_MAX ? number : 0;
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  public boolean isAll() {
    return listed == null;
  }

  public boolean includes(FaultEvent event) {
    return isAll() || listed.getOrDefault(event.kind(), new TreeSet<>()).contains(event.number());
  }

  /** The kinds of those that are listed, in the order of their names; none when all may happen. */
  public List<String> kinds() {
    return isAll() ? List.of() : List.copyOf(listed.keySet());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FaultEvents that
        && isAll() == that.isAll()
        && (isAll() || listed.equals(that.listed));
  }

  @Override
  public int hashCode() {
    return isAll() ? 1 : listed.hashCode();
  }

  /** The text form. */
  @Override
  public String toString() {
    if (isAll()) {
      return ALL;
    }
    StringBuilder text = new StringBuilder();
    listed.forEach((kind, numbers) -> append(text, kind, numbers));
    return text.isEmpty() ? NONE : text.toString();
  }

  private static void append(StringBuilder text, String kind, NavigableSet<Integer> numbers) {
    Integer first = numbers.isEmpty() ? null : numbers.first();
    while (first != null) {
      int last = first;
      while (numbers.contains(last + 1)) {
        last++;
      }
      text.append(text.isEmpty() ? "" : ",").append(kind).append(':').append(first);
      if (last > first) {
        text.append('-').append(last);
      }
      first = numbers.higher(last);
    }
  }
}
