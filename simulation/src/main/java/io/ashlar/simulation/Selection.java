package io.ashlar.simulation;

import io.ashlar.simulation.diagnosis.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Which of many named things a run may have. As text: {@code all}, {@code none}, names for these
 * alone, or names with a minus for all but these; {@code kill,cut}, {@code -kill,-cut}.
 *
 * <p>Whether a thing is there changes nothing of how another is drawn.
 */
public final class Selection {
  private static final String ALL = "all";
  private static final String NONE = "none";

  private final boolean listed;
  private final TreeSet<String> names;

  private Selection(boolean listed, Collection<String> names) {
    this.listed = listed;
    this.names = new TreeSet<>(names);
  }

  public static Selection all() {
    return new Selection(false, List.of());
  }

  public static Selection none() {
    return new Selection(true, List.of());
  }

  public static Selection only(Collection<String> names) {
    return new Selection(true, names);
  }

  public static Selection allBut(Collection<String> names) {
    return new Selection(false, names);
  }

  /**
   * Reads the text form.
   *
   * @param known what there is; other names are refused with an {@link IllegalArgumentException}
   *     that lists these
   */
  public static Selection parse(String text, Collection<String> known) {
    String trimmed = text.strip();
    if (trimmed.equals(ALL)) {
      return all();
    }
    if (trimmed.equals(NONE)) {
      return none();
    }
    List<String> parts = Arrays.stream(trimmed.split(",", -1)).map(String::strip).toList();
    long minus = parts.stream().filter(part -> part.startsWith("-")).count();
    if (minus != 0 && minus != parts.size()) {
      throw new IllegalArgumentException(
          "either all names have a minus or none has: '" + text + "'");
    }
    List<String> names = new ArrayList<>();
    for (String part : parts) {
      String name = minus == 0 ? part : part.substring(1);
      if (!known.contains(name)) {
        throw new IllegalArgumentException(Words.unknown(name, known));
      }
      names.add(name);
    }
    return minus == 0 ? only(names) : allBut(names);
  }

  public boolean includes(String name) {
    return names.contains(name) == listed;
  }

  /** The same without {@code name}. */
  public Selection without(String name) {
    TreeSet<String> changed = new TreeSet<>(names);
    if (listed) {
      changed.remove(name);
    } else {
      changed.add(name);
    }
    return new Selection(listed, changed);
  }

  /** Whether it says what there is, rather than what there is not. */
  public boolean isListed() {
    return listed;
  }

  public boolean isAll() {
    return !listed && names.isEmpty();
  }

  public boolean isNone() {
    return listed && names.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Selection that && listed == that.listed && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + (listed ? 1 : 0);
  }

  /** The text form. */
  @Override
  public String toString() {
    if (names.isEmpty()) {
      return listed ? NONE : ALL;
    }
    String separator = listed ? "," : ",-";
    return (listed ? "" : "-") + String.join(separator, names);
  }
}
