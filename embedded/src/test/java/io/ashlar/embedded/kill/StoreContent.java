package io.ashlar.embedded.kill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a process has found in the store, as it told its parent, line by line. */
final class StoreContent {
  /** How often each transaction was applied, by the counter that it adds one to. */
  final Map<CommitId, Long> counts = new TreeMap<>();

  /** The transactions in the order of their versionstamps. */
  final List<CommitId> log = new ArrayList<>();

  /** For each "life/committer", the counter that all its transactions add one to. */
  final Map<String, Long> totals = new TreeMap<>();

  /** Takes in a line; whether it was one of the report's. */
  boolean accept(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "count" -> counts.put(CommitId.parse(words[1]), Long.parseLong(words[2]));
      case "log" -> log.add(CommitId.parse(words[1]));
      case "total" -> totals.put(words[1], Long.parseLong(words[2]));
      default -> {
        return false;
      }
    }
    return true;
  }
}
