package io.ashlar.simulation.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides whether increments by one, each of which tells the sum, are linearizable: no sum is told
 * twice, who begins after another has ended is told a larger one, and at the end there is one for
 * each that certainly happened, and at most one for each that may have.
 */
public final class CounterChecker {
  private record Increment(long sum, long begunAt, long endedAt) {}

  private final List<Increment> told = new ArrayList<>();

  /** Those that happened, or will, or never will: nobody knows. */
  private long open;

  /** One has begun. When nothing more is heard of it, its client died, and it stays open. */
  public void begun() {
    open++;
  }

  /** One that had begun was acknowledged. */
  public void told(long sum, long begunAt, long endedAt) {
    open--;
    told.add(new Increment(sum, begunAt, endedAt));
  }

  /** One that had begun certainly did not happen, and never will. */
  public void failed() {
    open--;
  }

  /**
   * Decides.
   *
   * @param last what the counter is after all increments
   */
  public Violations check(String name, long last) {
    Violations violations = new Violations();
    Map<Long, Increment> bySum = new TreeMap<>();
    for (Increment increment : told) {
      if (bySum.put(increment.sum(), increment) != null) {
        violations.add(name + " was twice " + increment.sum());
      }
      if (increment.sum() < 1 || increment.sum() > last) {
        violations.add(name + " was " + increment.sum() + " and is " + last + " at last");
      }
    }
    if (last < told.size() || last > told.size() + open) {
      violations.add(
          name
              + " is "
              + last
              + " after "
              + told.size()
              + " increments and "
              + open
              + " open ones");
    }
    checkOrder(name, violations);
    return violations;
  }

  private void checkOrder(String name, Violations violations) {
    List<Increment> byBegin = new ArrayList<>(told);
    byBegin.sort(Comparator.comparingLong(Increment::begunAt));
    List<Increment> byEnd = new ArrayList<>(told);
    byEnd.sort(Comparator.comparingLong(Increment::endedAt));
    long largest = 0;
    int ended = 0;
    for (Increment increment : byBegin) {
      while (ended < byEnd.size() && byEnd.get(ended).endedAt() < increment.begunAt()) {
        largest = Math.max(largest, byEnd.get(ended++).sum());
      }
      if (increment.sum() <= largest) {
        violations.add(name + " was " + largest + " before it was made " + increment.sum());
      }
    }
  }
}
