package io.ashlar.simulation;

import io.ashlar.simulation.world.SimWorld;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Watches, by what is told, that the commit proxies of an epoch give up the same log servers: those
 * that its controller has given up, and not more of them than commits need not wait for. The first
 * that is wrong ends the run.
 */
final class GivenUpLogs implements SimWorld.TraceListener {
  /** What the failure of a run begins with when this has found it. */
  static final String NAME = "given-up-logs";

  private final SimWorld world;

  /** The log servers that the controller has given up, by member, of each epoch. */
  private final Map<Long, TreeSet<Integer>> decided = new TreeMap<>();

  private String violation;

  GivenUpLogs(SimWorld world) {
    this.world = world;
  }

  /** What is wrong, or null. */
  String violation() {
    return violation;
  }

  @Override
  public void onEvent(String who, String name, Object[] told) {
    switch (name) {
      case "LogServerToBeGivenUp" -> {
        TreeSet<Integer> members = ofEpoch(told);
        members.add((Integer) told[3]);
        if (members.size() > (Integer) told[5]) {
          wrong(who + " gives up too many log servers of epoch " + told[1] + ": " + members);
        }
      }
      case "LogServerGivenUp" -> {
        if (!ofEpoch(told).contains((Integer) told[3])) {
          wrong(
              who
                  + " gives up log server "
                  + told[3]
                  + " of epoch "
                  + told[1]
                  + ", the controller "
                  + ofEpoch(told));
        }
      }
      default -> {}
    }
  }

  private TreeSet<Integer> ofEpoch(Object[] told) {
    return decided.computeIfAbsent((Long) told[1], first -> new TreeSet<>());
  }

  private void wrong(String what) {
    if (violation == null) {
      violation = what;
      world.fail(NAME, new IllegalStateException(what));
    }
  }
}
