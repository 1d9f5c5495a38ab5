package io.ashlar.server.shell;

import io.ashlar.core.Bytes;
import io.ashlar.server.Json;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A row as the shell shows it: a Java record with the names of its components, anything else as
 * bytes, also when it is said to be a record.
 */
record ShownRow(String line, Json json) {
  private static final String OF_RECORDS = "record";

  static ShownRow of(String codec, byte[] row) {
    Tuple components = codec.equals(OF_RECORDS) ? components(row) : null;
    if (components != null) {
      Json json = Json.object();
      List<String> parts = new ArrayList<>();
      for (int i = 0; i + 1 < components.size(); i += 2) {
        Object value = shown(components.get(i + 1));
        json.put(components.getString(i), value);
        parts.add(components.getString(i) + "=" + onOneLine(value));
      }
      return new ShownRow(String.join("  ", parts), json);
    }
    String bytes = Bytes.copyOf(row).toString();
    return new ShownRow(bytes, Json.object().put("bytes", bytes));
  }

  /** A value for people: what a terminal would obey is shown as its bytes. */
  private static String onOneLine(Object value) {
    StringBuilder line = new StringBuilder();
    String.valueOf(value)
        .codePoints()
        .mapToObj(Character::toString)
        .forEach(
            one -> line.append(Character.isISOControl(one.codePointAt(0)) ? Bytes.utf8(one) : one));
    return line.toString();
  }

  /** Names and values in turn; null when they are not: a program may call any encoding a record. */
  private static Tuple components(byte[] row) {
    Tuple components;
    try {
      components = Tuple.fromBytes(row);
    } catch (IllegalArgumentException noTuple) {
      return null;
    }
    boolean areNamed = components.size() % 2 == 0;
    for (int i = 0; i < components.size(); i += 2) {
      areNamed &= components.get(i) instanceof String;
    }
    return areNamed ? components : null;
  }

  /** A number, a truth or a text; a list of these. */
  private static Object shown(Object element) {
    if (element instanceof byte[] bytes) {
      return Bytes.copyOf(bytes).toString();
    }
    if (element instanceof List<?> list) {
      return list.stream().map(ShownRow::shown).toList();
    }
    if (element instanceof Float number) {
      return number.doubleValue();
    }
    return element instanceof Number || element instanceof Boolean || element == null
        ? element
        : String.format(Locale.ROOT, "%s", element);
  }
}
