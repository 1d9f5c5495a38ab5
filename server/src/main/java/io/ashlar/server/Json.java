package io.ashlar.server;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object under construction, in the order of its puts. Values are strings, whole numbers,
 * decimals, booleans, null, other objects, maps and lists of these.
 */
public final class Json {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** An object with nothing in it. */
  public static Json object() {
    return new Json();
  }

  public Json put(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  /** Puts every field of {@code other}, in its order. */
  public Json putAll(Json other) {
    fields.putAll(other.fields);
    return this;
  }

  /** One line, without spaces. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    write(text, fields);
    return text.toString();
  }

  private static void write(StringBuilder text, Object value) {
    if (value instanceof Json object) {
      write(text, object.fields);
    } else if (value instanceof Map<?, ?> map) {
      writeObject(text, map);
    } else if (value instanceof List<?> list) {
      writeList(text, list);
    } else if (value instanceof Double decimal) {
      // JSON has no NaN and no infinities.
      text.append(Double.isFinite(decimal) ? decimal.toString() : "null");
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      writeString(text, value.toString());
    }
  }

  private static void writeObject(StringBuilder text, Map<?, ?> map) {
    text.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      writeString(text, entry.getKey().toString());
      text.append(':');
      write(text, entry.getValue());
      if (entries.hasNext()) {
        text.append(',');
      }
    }
    text.append('}');
  }

  private static void writeList(StringBuilder text, List<?> list) {
    text.append('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        text.append(',');
      }
      write(text, list.get(i));
    }
    text.append(']');
  }

  private static void writeString(StringBuilder text, String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20 || Character.isSurrogate(c)) {
            text.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              text.append(Character.forDigit((c >> shift) & 15, 16));
            }
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
