package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The last events that roles and the world told, to be written out when a run fails. */
final class TraceRing {
  private record Entry(
      long timeNanos, long eventNumber, String who, String name, Object[] keysAndValues) {}

  private final Entry[] entries;
  private long count;

  TraceRing(int kept) {
    entries = new Entry[kept];
  }

  boolean isEnabled() {
    return entries.length > 0;
  }

  void add(long timeNanos, long eventNumber, String who, String name, Object[] keysAndValues) {
    if (isEnabled()) {
      int at = (int) (count++ % entries.length);
      entries[at] = new Entry(timeNanos, eventNumber, who, name, keysAndValues);
    }
  }

  /** One line for each event, oldest first. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (long i = Math.max(0, count - entries.length); i < count; i++) {
      lines.add(line(entries[(int) (i % entries.length)]));
    }
    return lines;
  }

  private static String line(Entry entry) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%13.6f #%d %s %s",
            entry.timeNanos / 1e9,
            entry.eventNumber,
            entry.who,
            entry.name));
    Object[] kv = entry.keysAndValues;
    for (int i = 0; i + 1 < kv.length; i += 2) {
      text.append(' ').append(kv[i]).append('=').append(shown(kv[i + 1]));
    }
    return text.toString();
  }

  private static String shown(Object value) {
    if (value instanceof Bytes bytes) {
      return bytes.printable(64);
    }
    String text = String.valueOf(value);
    return text.length() <= 400 ? text : text.substring(0, 400) + "…";
  }
}
