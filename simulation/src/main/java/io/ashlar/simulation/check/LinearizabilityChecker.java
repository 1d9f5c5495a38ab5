package io.ashlar.simulation.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides whether a history of registers is linearizable: whether every operation can be given a
 * moment between its beginning and its end, so that each finds what the ones before it left.
 *
 * <p>The search is Wing and Gong's ("Testing and Verifying Concurrent Objects", J. Parallel and
 * Distributed Computing 17, 1993) in the form that Lowe calls just-in-time linearization, with the
 * configurations seen before remembered ("Testing for Linearizability", Concurrency and
 * Computation: Practice and Experience 29(4), 2017). Registers are checked one by one, which is
 * enough since linearizability is local (Herlihy and Wing, "Linearizability: A Correctness
 * Condition for Concurrent Objects", TOPLAS 12(3), 1990); Horn and Kroening call it
 * P-compositionality ("Faster Linearizability Checking via P-Compositionality", FORTE 2015).
 *
 * <p>Its cost grows with the length of a history and exponentially with the operations that are
 * under way at a time. Where every value is written once, an operation whose outcome nobody knows
 * costs nothing: see {@link #settle}.
 */
public final class LinearizabilityChecker {
  /** What a history is. */
  public enum Verdict {
    LINEARIZABLE,
    NOT_LINEARIZABLE,
    /** The search was given up: it may be either. */
    UNDECIDED
  }

  private static final int CONFIGURATIONS_MAX = 200_000;

  private final int configurationsMax;

  public LinearizabilityChecker() {
    this(CONFIGURATIONS_MAX);
  }

  /**
   * @param configurationsMax how many ways to go on are followed at a time before the search is
   *     given up
   */
  public LinearizabilityChecker(int configurationsMax) {
    this.configurationsMax = configurationsMax;
  }

  /**
   * Checks each register.
   *
   * @param history in any order
   * @return also says which registers could not be decided: that is no answer
   */
  public Violations check(Collection<RegisterOperation> history) {
    Violations violations = new Violations();
    partition(history)
        .forEach(
            (register, operations) -> {
              RegisterSearch search = new RegisterSearch(settle(operations), configurationsMax);
              if (search.run() != Verdict.LINEARIZABLE) {
                violations.add("register " + register + ": " + search.why());
              }
            });
    return violations;
  }

  /** The worst verdict of all registers. */
  public Verdict verdict(Collection<RegisterOperation> history) {
    boolean decided = true;
    for (List<RegisterOperation> operations : partition(history).values()) {
      Verdict verdict = new RegisterSearch(settle(operations), configurationsMax).run();
      if (verdict == Verdict.NOT_LINEARIZABLE) {
        return verdict;
      }
      decided &= verdict == Verdict.LINEARIZABLE;
    }
    return decided ? Verdict.LINEARIZABLE : Verdict.UNDECIDED;
  }

  private static Map<Integer, List<RegisterOperation>> partition(
      Collection<RegisterOperation> history) {
    Map<Integer, List<RegisterOperation>> byRegister = new TreeMap<>();
    for (RegisterOperation operation : history) {
      byRegister.computeIfAbsent(operation.register(), key -> new ArrayList<>()).add(operation);
    }
    return byRegister;
  }

  /**
   * Takes the doubt out of a history in which every value is written at most once. If someone
   * certainly found the value that an uncertain operation writes, then that operation took effect,
   * before the other had ended; and if it needed a value itself, that one was there. What nobody
   * certainly found may be left out: if the history is linearizable with it, then also without,
   * since whoever comes after it does not find its value, so writes without looking or comes after
   * such a one.
   *
   * @return the same where a value is written twice, or where someone found something and does not
   *     say what: all but reads without an end, which never matter
   */
  static List<RegisterOperation> settle(List<RegisterOperation> operations) {
    List<RegisterOperation> all = new ArrayList<>(operations);
    all.removeIf(
        operation -> operation.reads() && operation.endedAt() == RegisterOperation.ENDLESS);
    Map<Long, RegisterOperation> writers = new TreeMap<>();
    for (RegisterOperation operation : all) {
      boolean twice =
          !operation.reads()
              && (operation.value() == RegisterOperation.ABSENT
                  || writers.put(operation.value(), operation) != null);
      if (twice || operation.kind() == RegisterOperation.Kind.READ_OTHER) {
        return all;
      }
    }
    List<RegisterOperation> settled = new ArrayList<>();
    List<RegisterOperation> finders = new ArrayList<>();
    for (RegisterOperation operation : all) {
      if (operation.certain()) {
        settled.add(operation);
        finders.add(operation);
      }
    }
    for (int i = 0; i < finders.size(); i++) {
      RegisterOperation finder = finders.get(i);
      RegisterOperation writer = finder.observes() ? writers.get(finder.expected()) : null;
      if (writer != null && !writer.certain()) {
        // Found before it began is impossible; the search will say so of the one that found it.
        long end = Math.max(writer.begunAt(), Math.min(writer.endedAt(), finder.endedAt()));
        RegisterOperation certain = writer.certainUntil(end);
        writers.put(certain.value(), certain);
        settled.add(certain);
        finders.add(certain);
      }
    }
    return settled;
  }
}
