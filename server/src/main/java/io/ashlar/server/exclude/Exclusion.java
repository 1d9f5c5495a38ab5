package io.ashlar.server.exclude;

import io.ashlar.embedded.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A process that is excluded, or may be, from what the controller tells.
 *
 * @param workerId its identity, which a process keeps wherever it listens
 * @param process where it listens; {@code -} when that is not known
 * @param zone what it fails together with; empty when that is not known
 * @param shards how many it still has; −1 when that is not known
 * @param roles of other kinds that it still has; −1 when that is not known
 */
record Exclusion(String workerId, String process, String zone, long shards, long roles) {
  private static final int WORDS = 4;

  /** All processes that the controller has heard of. */
  static List<Exclusion> workers(ClusterStatus status) {
    List<Exclusion> workers = new ArrayList<>();
    for (String field : status.controller().fields("worker")) {
      String[] words = field.split(" ", WORDS);
      workers.add(new Exclusion(words[0], words[1], words[3], -1, -1));
    }
    return workers;
  }

  /** Those that are excluded in the present epoch. */
  static List<Exclusion> excluded(ClusterStatus status) {
    List<Exclusion> excluded = new ArrayList<>();
    for (String field : status.controller().fields("excluded")) {
      String[] words = field.split(" ", WORDS);
      long shards = words[2].equals("?") ? -1 : Long.parseLong(words[2]);
      excluded.add(new Exclusion(words[0], words[1], "", shards, Long.parseLong(words[3])));
    }
    return excluded;
  }

  /** Whether it has nothing that the database needs. */
  boolean isEmpty() {
    return shards == 0 && roles == 0;
  }

  boolean isNamed(String word) {
    return word.equals(process) || word.equals(workerId);
  }

  /**
   * Why these cannot be excluded besides those that are: a reason for each thing that is wrong.
   *
   * @param named what the words name
   */
  static List<String> refusals(ClusterStatus status, List<Exclusion> named) {
    TreeSet<String> out = new TreeSet<>();
    named.forEach(each -> out.add(each.workerId));
    excluded(status).forEach(each -> out.add(each.workerId));
    TreeSet<String> zones = new TreeSet<>();
    for (Exclusion worker : workers(status)) {
      if (!out.contains(worker.workerId)) {
        zones.add(worker.zone);
      }
    }
    List<String> refusals = new ArrayList<>();
    for (String setting : List.of("replication", "storage_replication")) {
      long copies = status.controller().number(setting, 1);
      if (zones.size() < copies) {
        refusals.add(
            "the others are in "
                + zones.size()
                + (zones.size() == 1 ? " zone" : " zones")
                + ", and "
                + setting
                + " is "
                + copies
                + ": start more processes, or configure fewer copies");
      }
    }
    return refusals;
  }

  /** For people: what it has. */
  String inWords() {
    if (isEmpty()) {
      return process + " has nothing any more";
    }
    return process
        + " has "
        + (shards < 0 ? "some" : Long.toString(shards))
        + " shards and "
        + roles
        + " other roles";
  }
}
