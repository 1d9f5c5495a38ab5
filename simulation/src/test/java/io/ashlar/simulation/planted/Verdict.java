package io.ashlar.simulation.planted;

import java.util.Locale;

/**
 * How a run ended.
 *
 * @param failure in words, null for one that passed
 */
record Verdict(Kind kind, String failure) {
  enum Kind {
    PASSED,
    /** What clients saw, or what was left in the end, was wrong. */
    WRONG_ANSWER,
    /** A process threw something. */
    CRASHED,
    /** The cluster came to a standstill, or did too little. */
    STOOD_STILL,
    /** The simulator threw something. */
    BROKE_DOWN,
    /** Twice the same seed did not give the same. */
    NOT_REPEATABLE,
    /** A watch over the simulator itself has found something. */
    NOTICED
  }

  /** Whether a check of a workload found something: this alone counts for a bug of the product. */
  boolean isWrongAnswer() {
    return kind == Kind.WRONG_ANSWER;
  }

  /** The workload whose check it was, or the kind of failure in words. */
  String how() {
    return isWrongAnswer()
        ? failure.substring(0, failure.indexOf(':'))
        : kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
