package io.ashlar.simulation;

/** How a run failed. */
public enum FailureKind {
  /** What clients saw, or what was left in the end, is nothing that a correct store gives. */
  WRONG_ANSWER("wrong answer"),
  /** Something was thrown in a process: a broken invariant, or an error no store should give. */
  CRASHED("crash"),
  /** Something did not end in its time, or too little was done. */
  STOOD_STILL("standstill"),
  /** It gave another digest than before. */
  NOT_REPEATABLE("not repeatable"),
  /** The simulator itself broke down. */
  BROKE_DOWN("breakdown of the simulator");

  private final String words;

  FailureKind(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
