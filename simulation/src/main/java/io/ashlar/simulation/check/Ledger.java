package io.ashlar.simulation.check;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which numbered deeds clients attempted, and what they were told: acknowledged ones must be found
 * exactly once, failed ones never, those of unknown outcome at most once.
 */
public final class Ledger {
  private final Map<Long, Outcome> outcomes = new TreeMap<>();
  private long lastId;

  /** A new deed, open until it is told of. */
  public long begin() {
    outcomes.put(++lastId, Outcome.OPEN);
    return lastId;
  }

  public void end(long id, Outcome outcome) {
    Outcome before = outcomes.put(id, outcome);
    if (before != Outcome.OPEN) {
      throw new IllegalStateException("deed " + id + " ended twice: " + before + ", " + outcome);
    }
  }

  /** What became of a deed, as far as its client knows. */
  public Outcome outcome(long id) {
    return outcomes.get(id);
  }

  /** Deeds with that outcome. */
  public long count(Outcome outcome) {
    return outcomes.values().stream().filter(each -> each == outcome).count();
  }

  /** Deeds of unknown outcome that {@code found} shows to have been done. */
  public long unknownDone(Collection<Long> found) {
    return new TreeSet<>(found).stream().filter(id -> isUnknown(outcomes.get(id))).count();
  }

  /** Deeds of unknown outcome. */
  public long unknown() {
    return outcomes.values().stream().filter(Ledger::isUnknown).count();
  }

  private static boolean isUnknown(Outcome outcome) {
    return outcome == Outcome.UNKNOWN || outcome == Outcome.OPEN;
  }

  /** Compares with the deeds that are in the data, each as often as it is there. */
  public Violations check(Collection<Long> found) {
    Violations violations = new Violations();
    Map<Long, Integer> times = new TreeMap<>();
    for (long id : found) {
      times.merge(id, 1, Integer::sum);
    }
    times.forEach(
        (id, count) -> {
          Outcome outcome = outcomes.get(id);
          if (outcome == null) {
            violations.add("deed " + id + " is there and nobody did it");
          } else if (outcome == Outcome.FAILED || outcome == Outcome.READ_ONLY) {
            violations.add("deed " + id + " (" + outcome + ") was not committed and is there");
          }
          if (count > 1) {
            violations.add("deed " + id + " (" + outcome + ") is there " + count + " times");
          }
        });
    outcomes.forEach(
        (id, outcome) -> {
          if (outcome == Outcome.COMMITTED && !times.containsKey(id)) {
            violations.addLost("deed " + id + " was acknowledged and is not there");
          }
        });
    return violations;
  }
}
