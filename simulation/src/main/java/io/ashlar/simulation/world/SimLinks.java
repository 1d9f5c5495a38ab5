package io.ashlar.simulation.world;

import java.util.Map;
import java.util.TreeMap;

/** Every way from one process to another, by the names of the two. */
final class SimLinks {
  private final Map<String, Map<String, SimLink>> links = new TreeMap<>();

  SimLink between(String from, String to) {
    return links
        .computeIfAbsent(from, absent -> new TreeMap<>())
        .computeIfAbsent(to, absent -> new SimLink());
  }

  void heal() {
    links.values().forEach(row -> row.values().forEach(SimLink::heal));
  }
}
