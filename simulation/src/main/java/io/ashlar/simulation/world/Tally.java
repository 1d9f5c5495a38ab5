package io.ashlar.simulation.world;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How often things of a name happened. Counting is cheap: it is done for many events. */
final class Tally {
  private static final class Count {
    private long times;
  }

  /** Only looked up in: what is told goes by name. */
  private final Map<String, Count> counts = new HashMap<>();

  void add(String name) {
    Count count = counts.get(name);
    if (count == null) {
      count = new Count();
      counts.put(name, count);
    }
    count.times++;
  }

  /** A copy, in the order of the names. */
  Map<String, Long> byName() {
    Map<String, Long> byName = new TreeMap<>();
    counts.forEach((name, count) -> byName.put(name, count.times));
    return byName;
  }
}
