package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.DirectoryModel.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Follows a tree of directories through all that was committed, in that order: each call was
 * answered as a model answers it; no two directories that ever were have keys in common, but for a
 * partition and what is in it; and in the end the rows of those that are there are there, and none
 * besides.
 */
public final class DirectoryChecker {
  private final DirectoryRows rows;
  private final DirectoryModel model = new DirectoryModel();

  /** Every prefix that a directory ever had. */
  private final TreeSet<Bytes> given = new TreeSet<>();

  private final Violations violations = new Violations();

  /**
   * @param rows where the root has its rows
   */
  public DirectoryChecker(DirectoryRows rows) {
    this.rows = rows;
  }

  /** What the next transaction did, in the order of commits. */
  public void add(Stamp at, List<DirectoryCall> calls) {
    for (DirectoryCall call : calls) {
      String answer = model.answer(call);
      if (!answer.equals(call.answer())) {
        violations.add("at " + at + " the answer should be " + answer + ": " + call);
      }
      if (!call.prefixes().isEmpty()) {
        follow(at, call);
      }
    }
  }

  private void follow(Stamp at, DirectoryCall call) {
    List<String> path = call.pathAfter();
    if (call.prefixes().size() != path.size()) {
      violations.add("at " + at + " not all on the path have prefixes: " + call);
      return;
    }
    List<Bytes> partitions = new ArrayList<>();
    for (int depth = 1; depth <= path.size(); depth++) {
      Node node = model.find(path.subList(0, depth));
      Bytes prefix = call.prefixes().get(depth - 1);
      if (node == null) {
        violations.add("at " + at + " a prefix of a directory that is not there: " + call);
        return;
      }
      if (node.prefix == null) {
        node.prefix = prefix;
        give(at, prefix, partitions, call);
      } else if (!node.prefix.equals(prefix)) {
        violations.add("at " + at + " the prefix was " + node.prefix + " before: " + call);
      }
      if (node.isPartition()) {
        partitions.add(node.prefix);
      }
    }
  }

  private void give(Stamp at, Bytes prefix, List<Bytes> partitions, DirectoryCall call) {
    if (!partitions.isEmpty() && !prefix.startsWith(partitions.get(partitions.size() - 1))) {
      violations.add("at " + at + " a prefix lies outside of its partition: " + call);
    }
    for (Bytes other : given) {
      boolean isWithin = prefix.startsWith(other) && !partitions.contains(other);
      if (isWithin || other.startsWith(prefix)) {
        violations.add("at " + at + " the prefix " + prefix + " meets " + other + ": " + call);
      }
    }
    given.add(prefix);
  }

  /**
   * Decides.
   *
   * @param found all rows of the tree and of all directories
   */
  public Violations end(Map<Bytes, Bytes> found) {
    Map<Bytes, Bytes> expected = model.rows(rows);
    expected.forEach(
        (key, value) -> {
          if (!value.equals(found.get(key))) {
            violations.addLost("the row " + key + " is " + found.get(key) + ", not " + value);
          }
        });
    found.forEach(
        (key, value) -> {
          if (!expected.containsKey(key) && !isOfTree(key)) {
            violations.add("the row " + key + " is left over: " + value);
          }
        });
    return violations;
  }

  private boolean isOfTree(Bytes key) {
    return rows.isOfTree(key)
        || model.partitions().stream()
            .anyMatch(prefix -> DirectoryRows.ofPartition(prefix).isOfTree(key));
  }

  /** How many directories there ever were. */
  public int made() {
    return given.size();
  }
}
