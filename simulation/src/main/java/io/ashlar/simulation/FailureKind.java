package io.ashlar.simulation;

/** How a run failed. */
public enum FailureKind {
  /** What clients saw, or what was left in the end, is nothing that a correct store gives. */
  WRONG_ANSWER,
  /** Something was thrown in a process: a broken invariant, or an error no store should give. */
  CRASHED,
  /** Something did not end in its time, or too little was done. */
  STOOD_STILL,
  /** It gave another digest than before. */
  NOT_REPEATABLE,
  /** The simulator itself broke down. */
  BROKE_DOWN
}
