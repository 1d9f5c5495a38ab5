package io.ashlar.simulation.diagnosis;

import java.util.List;
import java.util.Map;

/**
 * Values as JSON: maps, lists, strings, whole numbers, truth values and null. It may stand in a
 * script of a page: no text in it can end the script.
 */
public final class JsonText {
  private static final int FIRST_PRINTABLE = 0x20;

  private final StringBuilder text = new StringBuilder();

  private JsonText() {}

  public static String of(Object value) {
    JsonText json = new JsonText();
    json.append(value);
    return json.text.toString();
  }

  private void append(Object value) {
    if (value instanceof Map<?, ?> map) {
      append(map);
    } else if (value instanceof List<?> list) {
      append(list);
    } else if (value instanceof String string) {
      append(string);
    } else if (value == null
        || value instanceof Long
        || value instanceof Integer
        || value instanceof Boolean) {
      text.append(value);
    } else {
      throw new IllegalArgumentException("no value of JSON: " + value.getClass());
    }
  }

  private void append(Map<?, ?> map) {
    text.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(separator);
      append(String.valueOf(entry.getKey()));
      text.append(':');
      append(entry.getValue());
      separator = ",";
    }
    text.append('}');
  }

  private void append(List<?> list) {
    text.append('[');
    String separator = "";
    for (Object element : list) {
      text.append(separator);
      append(element);
      separator = ",";
    }
    text.append(']');
  }

  private void append(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE || c == '<') {
        text.append("\\u00").append(Character.forDigit(c >> 4, 16));
        text.append(Character.forDigit(c & 0xf, 16));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
