package io.ashlar.simulation.planted;

/**
 * How a run ended.
 *
 * @param failure in words, null for one that passed
 */
record Verdict(Kind kind, String failure) {
  enum Kind {
    PASSED,
    /** What clients saw, or what was left in the end, was wrong: this alone counts as caught. */
    WRONG_ANSWER,
    /** A process threw something. */
    CRASHED,
    /** The cluster came to a standstill, or did too little. */
    STOOD_STILL,
    /** The simulator threw something. */
    BROKE_DOWN
  }

  boolean isCaught() {
    return kind == Kind.WRONG_ANSWER;
  }

  /** The workload whose check it was. */
  String check() {
    return failure.substring(0, failure.indexOf(':'));
  }
}
