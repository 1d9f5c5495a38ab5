package io.ashlar.simulation;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes one JSON object in one line. */
final class Json {
  private final StringBuilder text = new StringBuilder();
  private boolean first = true;

  void open() {
    text.append('{');
    first = true;
  }

  void close() {
    text.append('}');
    first = false;
  }

  void openField(String name) {
    name(name);
    open();
  }

  void field(String name, long value) {
    name(name);
    text.append(value);
  }

  void field(String name, Long value) {
    field(name, value.longValue());
  }

  void field(String name, double value) {
    name(name);
    text.append(String.format(Locale.ROOT, "%.3f", value));
  }

  /** {@code value} may be null. */
  void field(String name, String value) {
    name(name);
    if (value == null) {
      text.append("null");
    } else {
      quoted(value);
    }
  }

  void field(String name, List<String> values) {
    name(name);
    text.append('[');
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ", ");
      quoted(values.get(i));
    }
    text.append(']');
  }

  /** As numbers. */
  void field(String name, Collection<Long> values) {
    name(name);
    text.append(values.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]")));
  }

  private void name(String name) {
    if (!first) {
      text.append(", ");
    }
    first = false;
    quoted(name);
    text.append(": ");
  }

  private void quoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20) {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
