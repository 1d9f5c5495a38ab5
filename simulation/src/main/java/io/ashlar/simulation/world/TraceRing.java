package io.ashlar.simulation.world;

import java.util.ArrayList;
import java.util.List;

/** The last events that roles and the world told, to be written out when a run fails. */
final class TraceRing {
  private final int kept;

  // An array for each part, so that telling makes no garbage.
  private final long[] times;
  private final long[] eventNumbers;
  private final String[] tellers;
  private final String[] names;
  private final Object[][] details;
  private long count;

  TraceRing(int kept) {
    this.kept = kept;
    times = new long[kept];
    eventNumbers = new long[kept];
    tellers = new String[kept];
    names = new String[kept];
    details = new Object[kept][];
  }

  boolean isEnabled() {
    return kept > 0;
  }

  void add(long timeNanos, long eventNumber, String who, String name, Object[] keysAndValues) {
    if (isEnabled()) {
      int at = (int) (count++ % kept);
      times[at] = timeNanos;
      eventNumbers[at] = eventNumber;
      tellers[at] = who;
      names[at] = name;
      details[at] = keysAndValues;
    }
  }

  /** One line for each event, oldest first. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (long i = Math.max(0, count - kept); i < count; i++) {
      int at = (int) (i % kept);
      lines.add(TraceLines.told(times[at], eventNumbers[at], tellers[at], names[at], details[at]));
    }
    return lines;
  }
}
