package io.ashlar.simulation.check;

import java.util.Map;
import java.util.TreeSet;

/** Whether pointers form one ring through all nodes. */
public final class RingChecker {
  private RingChecker() {}

  /**
   * What is wrong with the ring, or null.
   *
   * @param next the successor of each node
   * @param nodes how many there must be, numbered from 0
   */
  public static String check(Map<Integer, Integer> next, int nodes) {
    if (next.size() != nodes) {
      return "the ring has " + next.size() + " nodes instead of " + nodes;
    }
    TreeSet<Integer> seen = new TreeSet<>();
    int node = 0;
    while (seen.add(node)) {
      Integer successor = next.get(node);
      if (successor == null) {
        return "node " + node + " is not there";
      }
      node = successor;
    }
    if (node != 0 || seen.size() != nodes) {
      return "the ring closes at " + node + " after " + seen.size() + " of " + nodes + " nodes";
    }
    return null;
  }
}
