package io.ashlar.server.shell;

import io.ashlar.core.Bytes;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one command, taken one after the other. For one thread. */
final class Arguments {
  private static final Pattern TIME = Pattern.compile("([0-9]+)(ms|s|m|h|d)");

  /** So many days are less than the milliseconds that a long holds, and enough for anybody. */
  private static final int TIME_DIGITS_MAX = 11;

  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,5}");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+\\.[0-9]+");

  private final List<Bytes> words;
  private int next;

  Arguments(List<Bytes> words) {
    this.words = words;
  }

  int left() {
    return words.size() - next;
  }

  Bytes next() {
    return words.get(next++);
  }

  /** Whether the next word is this one; then it is taken. */
  boolean take(String word) {
    boolean isNext = left() > 0 && words.get(next).utf8().equals(word);
    if (isNext) {
      next++;
    }
    return isNext;
  }

  /** The word that comes next, which is not taken; null when there is none. */
  Bytes peek() {
    return left() > 0 ? words.get(next) : null;
  }

  /** Refuses that nothing comes behind a word. */
  void need(String behind) {
    if (left() == 0) {
      throw new RefusedException("`" + behind + "' needs a value behind it");
    }
  }

  /** Refuses what nobody has taken. */
  void end() {
    if (left() > 0) {
      throw new RefusedException("`" + next() + "' is one word too many here");
    }
  }

  /** A number from 1. */
  int limit() {
    Bytes word = next();
    if (!LIMIT.matcher(word.utf8()).matches()) {
      throw new RefusedException("`" + word + "' is no limit: a number from 1 to 999,999 is");
    }
    return Integer.parseInt(word.utf8());
  }

  /** A whole number. */
  long number() {
    Bytes word = next();
    try {
      return Long.parseLong(word.utf8());
    } catch (NumberFormatException notANumber) {
      throw new RefusedException("`" + word + "' is no whole number");
    }
  }

  /** A time, such as 500ms, 30s, 5m, 2h or 7d. */
  Duration time() {
    Bytes word = next();
    Matcher matcher = TIME.matcher(word.utf8());
    boolean isTime = matcher.matches();
    if (isTime && matcher.group(1).length() > TIME_DIGITS_MAX) {
      throw new RefusedException(
          "`" + word + "' is too long: a time has at most " + TIME_DIGITS_MAX + " digits");
    }
    long count = isTime ? Long.parseLong(matcher.group(1)) : 0;
    if (count == 0) {
      throw new RefusedException("`" + word + "' is no time: 500ms, 30s, 5m, 2h and 7d are");
    }
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /**
   * A time for people, in the units that {@link #time} takes: 2h, 29m 59s, 3s 250ms. From a minute
   * on milliseconds are left out.
   */
  static String time(Duration time) {
    long left = time.toMillis();
    boolean isLong = left >= 60_000;
    String[] units = {"d", "h", "m", "s", "ms"};
    long[] sizes = {86_400_000, 3_600_000, 60_000, 1_000, 1};
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < units.length; i++) {
      long count = left / sizes[i];
      left %= sizes[i];
      if (count > 0 && !(isLong && sizes[i] == 1)) {
        parts.add(count + units[i]);
      }
    }
    return parts.isEmpty() ? "0ms" : String.join(" ", parts);
  }

  /** A word as text. Those that are no UTF-8 are refused: many of them would be the same text. */
  static String text(Bytes word) {
    String text = word.utf8();
    if (!Bytes.utf8(text).equals(word)) {
      throw new RefusedException("`" + word + "' is no text: it is not UTF-8");
    }
    return text;
  }

  /** A path of directories, with slashes between their names. */
  static List<String> path(Bytes word) {
    List<String> names = List.of(text(word).split("/", -1));
    if (names.contains("")) {
      throw new RefusedException(
          "`" + word + "' is no path of directories: names with slashes between them are");
    }
    if (names.contains(".") || names.contains("..")) {
      throw new RefusedException(
          "`"
              + word
              + "' is no path of directories: `.' and `..' are no names, a path is always the whole"
              + " one");
    }
    return names;
  }

  /** Values up to the end, or up to one of these words. */
  List<Object> values(List<String> until) {
    List<Object> values = new ArrayList<>();
    while (left() > 0 && !until.contains(words.get(next).utf8())) {
      values.add(value(next()));
    }
    return values;
  }

  /** A value of a column: what it looks like, or what is said before a colon. */
  static Object value(Bytes word) {
    String text = word.utf8();
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 1);
    try {
      switch (kind) {
        case "bytes" -> {
          return word.slice(colon + 1, word.length()).toArray();
        }
        case "text" -> {
          text(word);
          return rest;
        }
        case "uuid" -> {
          return UUID.fromString(rest);
        }
        case "double" -> {
          return Double.valueOf(rest);
        }
        case "float" -> {
          return Float.valueOf(rest);
        }
        default -> {
          return plain(text(word));
        }
      }
    } catch (IllegalArgumentException malformed) {
      throw new RefusedException("`" + word + "' is no " + kind);
    }
  }

  private static Object plain(String text) {
    if (INTEGER.matcher(text).matches()) {
      BigInteger number = new BigInteger(text);
      return number.bitLength() < Long.SIZE ? (Object) number.longValueExact() : number;
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return switch (text) {
      case "null" -> null;
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> text;
    };
  }
}
