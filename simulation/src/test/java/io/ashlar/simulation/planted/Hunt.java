package io.ashlar.simulation.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Tries seed after seed until a bug has been caught often enough, and the control on each catch.
 */
final class Hunt {
  /** Seeds on which a known bug must be caught, and with a bug of the simulator never is. */
  static final int KNOWN_BUG_SEEDS = 12;

  private final PlantedBug bug;
  private final PlantedProgram program;
  private final PlantedProgram control;
  private final RunAs runAs;

  /** How many runs it took from one catch to the next. */
  private final List<Long> needed = new ArrayList<>();

  private final TreeMap<String, Integer> how = new TreeMap<>();
  private long firstSeed;
  private int runs;
  private String found = "";
  private String controlFailure;

  /**
   * @param control the program with no bug; of a {@link Catcher#KNOWN_BUG} with the known bug alone
   * @param runAs how runs are made, whatever the bug says
   */
  Hunt(PlantedBug bug, PlantedProgram control, RunAs runAs) {
    this.bug = bug;
    this.control = control;
    this.runAs = runAs;
    program =
        bug.catcher() == Catcher.KNOWN_BUG
            ? new PlantedProgram(bug, PlantedBugs.named(bug.detail()))
            : new PlantedProgram(bug);
  }

  /** The program to which a bug's is compared. */
  static PlantedProgram controlOf(PlantedBug bug, PlantedProgram plain) {
    return bug.catcher() == Catcher.KNOWN_BUG
        ? new PlantedProgram(PlantedBugs.named(bug.detail()))
        : plain;
  }

  /** Seeds {@code first} to {@code last} in their order, until there are so many catches. */
  Hunt go(long first, long last, int catchesMax) {
    int sinceCatch = 0;
    for (long seed = first; seed <= last && needed.size() < catchesMax; seed++) {
      sinceCatch++;
      Verdict verdict = tryOut(program, seed);
      boolean caught = isCaught(verdict);
      how.merge(verdict.how(), 1, Integer::sum);
      if (caught) {
        if (needed.isEmpty()) {
          firstSeed = seed;
          found = verdict.failure() == null ? "" : verdict.failure();
        }
        needed.add((long) sinceCatch);
        sinceCatch = 0;
        Verdict unharmed = tryOut(control, seed);
        if (isCaught(unharmed) || !isInOrder(unharmed)) {
          controlFailure = "seed " + seed + " without the bug: " + unharmed;
        }
      }
      runs++;
      if (isDecidedAtOnce()) {
        return this;
      }
    }
    return this;
  }

  /** What keeps watch over the simulator itself needs no seeds. */
  private boolean isDecidedAtOnce() {
    return switch (bug.catcher()) {
      case WORKLOADS, WATCH, REFUSAL, REPETITION, COMMIT_MINIMUM -> false;
      case COVERAGE, CANARY, OWN_TESTS, KNOWN_BUG -> true;
    };
  }

  private Verdict tryOut(PlantedProgram tried, long seed) {
    return switch (bug.catcher()) {
      case WORKLOADS, WATCH, REFUSAL -> tried.run(seed, runAs);
      case REPETITION -> tried.call("runTwice", seed, runAs, "");
      case COMMIT_MINIMUM -> tried.call("runAskingForCommits", seed, runAs, "");
      case COVERAGE -> tried.call("coverage", seed, runAs, bug.detail());
      case CANARY -> tried.call("canary", seed, runAs, "");
      case OWN_TESTS -> tried.call("ownTests", seed, runAs, bug.detail());
      case KNOWN_BUG -> knownBug(tried, seed);
    };
  }

  /** Passes when the known bug is caught. */
  private Verdict knownBug(PlantedProgram tried, long first) {
    RunAs ofKnown = PlantedBugs.named(bug.detail()).runAs();
    for (long seed = first; seed < first + KNOWN_BUG_SEEDS; seed++) {
      if (tried.run(seed, ofKnown).isWrongAnswer()) {
        return new Verdict(Verdict.Kind.PASSED, null);
      }
    }
    return new Verdict(
        Verdict.Kind.NOTICED, bug.detail() + ": not caught in " + KNOWN_BUG_SEEDS + " runs");
  }

  private boolean isCaught(Verdict verdict) {
    return switch (bug.catcher()) {
      case WORKLOADS, WATCH -> verdict.isWrongAnswer();
      case REFUSAL ->
          verdict.isWrongAnswer()
              || (verdict.kind() == Verdict.Kind.CRASHED
                  && verdict.failure().contains(bug.detail()));
      case REPETITION -> verdict.kind() == Verdict.Kind.NOT_REPEATABLE;
      case COMMIT_MINIMUM ->
          verdict.kind() == Verdict.Kind.STOOD_STILL && verdict.failure().contains("committed");
      case COVERAGE, CANARY, OWN_TESTS, KNOWN_BUG -> verdict.kind() == Verdict.Kind.NOTICED;
    };
  }

  private static boolean isInOrder(Verdict verdict) {
    return verdict.kind() == Verdict.Kind.PASSED;
  }

  PlantedBug bug() {
    return bug;
  }

  boolean isCaught() {
    return !needed.isEmpty();
  }

  /** The first seed that caught it, or 0. */
  long firstSeed() {
    return firstSeed;
  }

  int runs() {
    return runs;
  }

  /** Runs from one catch to the next, in the middle. */
  double neededMedian() {
    long[] sorted = needed.stream().mapToLong(Long::longValue).sorted().toArray();
    return LongStream.of(sorted[(sorted.length - 1) / 2], sorted[sorted.length / 2])
        .average()
        .orElseThrow();
  }

  /** How the runs ended, each with how many did. */
  String how() {
    StringBuilder text = new StringBuilder();
    how.forEach(
        (what, count) ->
            text.append(text.isEmpty() ? "" : ", ").append(what).append(" ").append(count));
    return text.toString();
  }

  /** What the first catch said. */
  String found() {
    return found;
  }

  /** What is wrong without the bug too, so that the catch says nothing; null when all is well. */
  String controlFailure() {
    return controlFailure;
  }
}
