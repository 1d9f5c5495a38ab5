package io.ashlar.embedded.kill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parent's account of what its processes said of their commits: "begin" before a commit was
 * sent, then at most one of "ack", "fail" (it certainly has no effect) and "unknown". What a killed
 * process did not get to say stays in flight. Each opened store is held against it.
 */
final class CommitLedger {
  /** How a commit has ended, as far as it is known. */
  enum Outcome {
    IN_FLIGHT,
    ACKNOWLEDGED,
    FAILED,
    UNKNOWN,
    /** The process died before it could tell; the store has shown since that it was committed. */
    FOUND,
    /** Likewise, that it was not: so it may never appear. */
    NOT_FOUND
  }

  private final TreeMap<CommitId, Outcome> states = new TreeMap<>();

  /** Takes in a line; whether it was one of the ledger's. */
  boolean accept(String line) {
    String[] words = line.split(" ", -1);
    Outcome state =
        switch (words[0]) {
          case "begin" -> Outcome.IN_FLIGHT;
          case "ack" -> Outcome.ACKNOWLEDGED;
          case "fail" -> Outcome.FAILED;
          case "unknown" -> Outcome.UNKNOWN;
          default -> null;
        };
    if (state == null) {
      return false;
    }
    Outcome before = states.put(CommitId.parse(words[1]), state);
    if ((before == null) != (state == Outcome.IN_FLIGHT)
        || (before != null && before != Outcome.IN_FLIGHT)) {
      throw new IllegalStateException("after " + before + ": " + line);
    }
    return true;
  }

  /** Commits of one life that were sent and of which nothing was heard. */
  int inFlight(int life) {
    return count(life, Outcome.IN_FLIGHT);
  }

  int acknowledged(int life) {
    return count(life, Outcome.ACKNOWLEDGED);
  }

  private int count(int life, Outcome state) {
    int count = 0;
    for (Outcome found :
        states.subMap(new CommitId(life, 0, 0), new CommitId(life + 1, 0, 0)).values()) {
      count += found == state ? 1 : 0;
    }
    return count;
  }

  /** How many commits have ended how, by the outcome's ordinal. */
  long[] outcomes() {
    long[] counts = new long[Outcome.values().length];
    for (Outcome outcome : states.values()) {
      counts[outcome.ordinal()]++;
    }
    return counts;
  }

  /**
   * Holds a store against the ledger, and takes down how what was open has ended.
   *
   * @return what is wrong, in sentences; none when the store is right
   */
  List<String> check(StoreContent content) {
    List<String> wrong = new ArrayList<>();
    Map<CommitId, Integer> logged = new HashMap<>();
    for (CommitId id : content.log) {
      logged.merge(id, 1, Integer::sum);
    }
    for (Map.Entry<CommitId, Outcome> entry : states.entrySet()) {
      CommitId id = entry.getKey();
      long count = content.counts.getOrDefault(id, 0L);
      int inLog = logged.getOrDefault(id, 0);
      if (count != inLog) {
        wrong.add(id + " was applied in part: counted " + count + " times, logged " + inLog);
      }
      if (count > 1) {
        wrong.add(id + " was applied " + count + " times");
      }
      switch (entry.getValue()) {
        case ACKNOWLEDGED, FOUND -> {
          if (count == 0) {
            wrong.add(id + " is lost: " + entry.getValue());
          }
        }
        case FAILED, NOT_FOUND -> {
          if (count != 0) {
            wrong.add(id + " is there, and should not be: " + entry.getValue());
          }
        }
        default -> entry.setValue(count == 0 ? Outcome.NOT_FOUND : Outcome.FOUND);
      }
    }
    checkOrder(content, wrong);
    checkTotals(content, wrong);
    return wrong;
  }

  /** Transactions that nobody began, and such that overtook an earlier one of their committer. */
  private void checkOrder(StoreContent content, List<String> wrong) {
    for (CommitId id : content.counts.keySet()) {
      if (!states.containsKey(id)) {
        wrong.add(id + " is there, and nobody began it");
      }
    }
    Map<String, CommitId> last = new HashMap<>();
    for (CommitId id : content.log) {
      CommitId before = last.put(committer(id), id);
      if (before != null && before.number() >= id.number()) {
        wrong.add(id + " stands behind " + before);
      }
    }
  }

  private static void checkTotals(StoreContent content, List<String> wrong) {
    Map<String, Long> expected = new TreeMap<>();
    for (CommitId id : content.log) {
      expected.merge(committer(id), 1L, Long::sum);
    }
    if (!expected.equals(content.totals)) {
      wrong.add("the totals are " + content.totals + " and should be " + expected);
    }
  }

  private static String committer(CommitId id) {
    return id.life() + "/" + id.committer();
  }
}
