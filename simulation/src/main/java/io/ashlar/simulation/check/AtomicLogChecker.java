package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.Mutation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether values are what the committed operations on them make, one after the other in the order
 * of commits. Each transaction logs its operations under its versionstamp; the log of a key and its
 * value are read at one version.
 */
public final class AtomicLogChecker {
  private static final int BRIEF_BYTES_MAX = 100;

  private final Violations violations = new Violations();
  private final Map<Long, Stamp> stamps = new TreeMap<>();

  /** Operations by transaction and sequence, to be found once. */
  private final Map<Long, TreeSet<Integer>> found = new TreeMap<>();

  private long foldedCount;

  /** Operations that were applied to the model. */
  public long foldedCount() {
    return foldedCount;
  }

  /**
   * Compares a value with its log.
   *
   * @param value null for absent
   * @param log in the order of its keys, which is that of commits
   */
  public void compare(String key, Bytes value, List<LoggedOperation> log) {
    ModelStore model = new ModelStore();
    LoggedOperation last = null;
    for (LoggedOperation operation : log) {
      if (last != null && !isAfter(last, operation)) {
        violations.add(key + ": " + operation + " is logged after " + last);
      }
      last = operation;
      apply(model, operation);
      foldedCount++;
    }
    Bytes expected = model.get(Bytes.EMPTY);
    boolean equal = expected == null ? value == null : expected.equals(value);
    if (!equal) {
      violations.add(
          key
              + " is "
              + brief(value)
              + " where "
              + log.size()
              + " operations, the last of them "
              + last
              + ", make it "
              + brief(expected));
    }
  }

  /** Whole when it is short. */
  static String brief(Bytes bytes) {
    return bytes == null || bytes.length() <= BRIEF_BYTES_MAX
        ? String.valueOf(bytes)
        : bytes.slice(0, BRIEF_BYTES_MAX) + "… of " + bytes.length() + " bytes";
  }

  private static boolean isAfter(LoggedOperation before, LoggedOperation next) {
    int byStamp = next.stamp().compareTo(before.stamp());
    return byStamp > 0 || (byStamp == 0 && next.sequence() > before.sequence());
  }

  private static void apply(ModelStore model, LoggedOperation operation) {
    switch (operation.type()) {
      case CLEAR_RANGE -> model.apply(Mutation.clearRange(Bytes.EMPTY, Bytes.of(0)));
      default ->
          model.apply(
              new Mutation(operation.type(), Bytes.EMPTY, operation.operand()), operation.stamp());
    }
  }

  /** Takes the log of one key as it is at the end: every key's once. */
  public void take(List<LoggedOperation> log) {
    for (LoggedOperation operation : log) {
      long deed = operation.deed();
      Stamp other = stamps.putIfAbsent(deed, operation.stamp());
      if (other != null && !other.equals(operation.stamp())) {
        violations.add(
            "transaction " + deed + " is logged at " + other + " and at " + operation.stamp());
      }
      if (!found.computeIfAbsent(deed, none -> new TreeSet<>()).add(operation.sequence())) {
        violations.add(operation + " is logged twice");
      }
    }
  }

  /**
   * Decides, when the logs of all keys have been taken.
   *
   * @param ledger of all transactions
   * @param told the stamps of those that were acknowledged
   * @param logged how many operations each transaction logs
   */
  public Violations finish(Ledger ledger, Map<Long, Stamp> told, Map<Long, Integer> logged) {
    violations.addAll(ledger.check(found.keySet()));
    found.forEach(
        (deed, sequences) -> {
          Integer expected = logged.get(deed);
          if (expected != null && expected != sequences.size()) {
            violations.add(
                "of transaction "
                    + deed
                    + " "
                    + sequences.size()
                    + " operations are there and "
                    + expected
                    + " were made");
          }
          Stamp stamp = told.get(deed);
          if (stamp != null && !stamp.equals(stamps.get(deed))) {
            violations.add(
                "transaction "
                    + deed
                    + " was acknowledged at "
                    + stamp
                    + " and is logged at "
                    + stamps.get(deed));
          }
        });
    return violations;
  }
}
