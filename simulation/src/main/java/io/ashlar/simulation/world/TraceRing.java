package io.ashlar.simulation.world;

import java.util.ArrayList;
import java.util.List;

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
    return TraceLines.told(
        entry.timeNanos, entry.eventNumber, entry.who, entry.name, entry.keysAndValues);
  }
}
