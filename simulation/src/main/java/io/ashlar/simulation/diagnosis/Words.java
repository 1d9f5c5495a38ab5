package io.ashlar.simulation.diagnosis;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Times, shares and records in words for people. What a component of a record means is told by the
 * end of its name, as everywhere in Ashlar: {@code …Nanos}, {@code …Bytes}, {@code …PerMillion}.
 */
public final class Words {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000 * MICRO;
  private static final long SECOND = 1_000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  private static final String NANOS = "Nanos";
  private static final String MILLIS = "Millis";
  private static final String PER_MILLION = "PerMillion";
  private static final String PER_MILLE = "PerMille";
  private static final String BYTES = "Bytes";
  private static final List<String> UNITS = List.of(NANOS, MILLIS, PER_MILLION, PER_MILLE, BYTES);

  private Words() {}

  /** Such as {@code 241 µs}, {@code 1.75 s} or {@code 2 h 5 min}. */
  public static String duration(long nanos) {
    if (nanos < 0) {
      return "-" + duration(-nanos);
    }
    if (nanos < MICRO) {
      return nanos + " ns";
    }
    if (nanos < MILLI) {
      return number(nanos, MICRO) + " µs";
    }
    if (nanos < SECOND) {
      return number(nanos, MILLI) + " ms";
    }
    if (nanos < 2 * MINUTE) {
      return number(nanos, SECOND) + " s";
    }
    long minutes = nanos / MINUTE;
    return nanos < HOUR ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  /** Seconds with three places, for the moments of a run. */
  public static String moment(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }

  /** Three digits that count, and no zeros at the end. */
  private static String number(long value, long unit) {
    double amount = (double) value / unit;
    int places = amount >= 100 ? 0 : amount >= 10 ? 1 : 2;
    String text = String.format(Locale.ROOT, "%." + places + "f", amount);
    if (text.indexOf('.') >= 0) {
      text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    return text;
  }

  /** Such as {@code 12 %} or {@code 0.26 %}. */
  public static String share(long perMillion) {
    return number(perMillion, 10_000) + " %";
  }

  /** Such as {@code 64 kB}; sizes that are not round in units of 1,024 are told in bytes. */
  public static String size(long bytes) {
    if (bytes > 0 && bytes % (1 << 20) == 0) {
      return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
    }
    if (bytes > 0 && bytes < 1 << 20 && bytes % (1 << 10) == 0) {
      return (bytes >> 10) + " KiB";
    }
    return String.format(Locale.ROOT, "%,d bytes", bytes);
  }

  /** {@code 1 client}, {@code 3 clients}. */
  public static String count(long count, String one) {
    return String.format(Locale.ROOT, "%,d %s%s", count, one, count == 1 ? "" : "s");
  }

  /** {@code a}, {@code a and b}, {@code a, b and c}. */
  public static String list(Collection<String> items) {
    List<String> all = List.copyOf(items);
    if (all.size() < 2) {
      return String.join("", all);
    }
    return String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.get(all.size() - 1);
  }

  /**
   * The name that someone may have meant who wrote another, or null when none is like it.
   *
   * @param known of names that are equally near the first is it
   */
  public static String nearest(String written, Collection<String> known) {
    String nearest = null;
    int least = Math.max(1, written.length() * 2 / 5) + 1;
    for (String name : known) {
      int edits = edits(written, name);
      if (edits < least) {
        least = edits;
        nearest = name;
      }
    }
    return nearest;
  }

  /** How many characters must be put in, taken out or changed (Levenshtein's distance). */
  private static int edits(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int column = 0; column < above.length; column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] line = new int[above.length];
      line[0] = row;
      for (int column = 1; column < line.length; column++) {
        int changed = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        line[column] =
            Math.min(above[column - 1] + changed, 1 + Math.min(above[column], line[column - 1]));
      }
      above = line;
    }
    return above[to.length()];
  }

  /** Says of a name that it is not known: with the nearest one, and with all there are. */
  public static String unknown(String written, Collection<String> known) {
    if (written.isBlank()) {
      return "a name is missing; there are: " + String.join(", ", known);
    }
    String nearest = nearest(written, known);
    return "'"
        + written
        + "' is not one of: "
        + String.join(", ", known)
        + (nearest == null ? "" : "; perhaps " + nearest + " is meant");
  }

  /** A name in Java or of a kind as words: {@code batchBytesMax} is {@code batch bytes max}. */
  public static String spaced(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replace('-', ' ').toLowerCase(Locale.ROOT);
  }

  /** All components of a record with their names, nested ones in brackets. */
  public static String of(Record value) {
    return of(value, "");
  }

  /** The same where numbers whose names have no unit are nanoseconds. */
  public static String ofTimes(Record value) {
    return of(value, NANOS);
  }

  private static String of(Record value, String unit) {
    List<String> parts = new ArrayList<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      parts.add(named(component.getName(), read(component, value), unit));
    }
    return String.join(", ", parts);
  }

  /**
   * The components of a record that are not as in another one, those of nested records with the
   * name of these before them; empty when there is none.
   *
   * @param before begins each
   */
  public static List<String> differences(String before, Record value, Record normal) {
    List<String> found = new ArrayList<>();
    addDifferences(found, before, value, normal);
    return found;
  }

  private static void addDifferences(
      List<String> found, String before, Record value, Record normal) {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Object is = read(component, value);
      Object usual = read(component, normal);
      String name = component.getName();
      if (is instanceof Record nested && usual instanceof Record usually) {
        addDifferences(found, before + spaced(name) + ": ", nested, usually);
      } else if (!amount(name, is).equals(amount(name, usual))) {
        found.add(before + named(name, is, "") + " (usually " + amount(name, usual) + ")");
      }
    }
  }

  private static String named(String name, Object value, String unit) {
    if (value instanceof Boolean truth) {
      return truth ? spaced(name) : "not " + spaced(name);
    }
    String plain = name.replaceAll("(?i)nanos|millis|perMillion|perMille", "");
    boolean hasUnit = UNITS.stream().anyMatch(some -> has(name, some));
    return spaced(plain.isEmpty() ? name : plain)
        + " "
        + amount(hasUnit ? name : name + unit, value);
  }

  /** A value as the name of its component says. */
  static String amount(String name, Object value) {
    if (value instanceof Number number) {
      return amount(name, number.longValue());
    }
    if (value instanceof Record nested) {
      return "(" + of(nested) + ")";
    }
    if (value instanceof Map<?, ?> map) {
      List<String> parts = new ArrayList<>();
      map.forEach((key, each) -> parts.add(key + " " + amount("", each)));
      return String.join(", ", parts);
    }
    return String.valueOf(value);
  }

  /** A unit may also begin a name. */
  private static boolean has(String name, String unit) {
    return name.contains(unit) || name.startsWith(unit.toLowerCase(Locale.ROOT));
  }

  private static String amount(String name, long value) {
    if (value == Long.MAX_VALUE || value == Integer.MAX_VALUE) {
      return "no limit";
    }
    if (has(name, NANOS)) {
      return duration(value);
    }
    if (has(name, MILLIS)) {
      return duration(value * MILLI);
    }
    if (has(name, PER_MILLION)) {
      return share(value);
    }
    if (has(name, PER_MILLE)) {
      return share(value * 1_000);
    }
    if (has(name, BYTES)) {
      return size(value);
    }
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static Object read(RecordComponent component, Record value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component + " of " + value.getClass(), e);
    }
  }
}
