package io.ashlar.host.contract;

import java.util.ArrayList;
import java.util.List;

/** What happened, in order; written on loops and read by tests. */
final class Journal {
  private final List<String> lines = new ArrayList<>();

  synchronized void add(String line) {
    lines.add(line);
  }

  synchronized List<String> lines() {
    return new ArrayList<>(lines);
  }

  synchronized int count() {
    return lines.size();
  }

  boolean has(String line) {
    return lines().contains(line);
  }
}
