package io.ashlar.server.check;

import io.ashlar.simulation.workload.KeySpace;
import io.ashlar.simulation.workload.Workload;

/**
 * A number of steps of one workload on keys of its own, which are judged together. Used by the
 * clients' thread; while it is judged its workload belongs to the judge's.
 */
final class Round {
  /** What becomes of it. */
  enum Phase {
    SETTING_UP,
    READY,
    BEING_JUDGED,
    /** Judged and found right; its keys are still there. */
    KEPT,
    /** Judged and found wrong; its keys stay for whoever looks for the reason. */
    FAILED,
    CLEARING
  }

  private final int slot;
  private final KeySpace keys;
  private final Workload workload;
  private Phase phase = Phase.SETTING_UP;
  private long stepsBegun;
  private int stepsUnderWay;

  /**
   * @param slot which part of the check's keys it has
   */
  Round(int slot, KeySpace keys, Workload workload) {
    this.slot = slot;
    this.keys = keys;
    this.workload = workload;
  }

  int slot() {
    return slot;
  }

  KeySpace keys() {
    return keys;
  }

  Workload workload() {
    return workload;
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase next) {
    phase = next;
  }

  void stepBegins() {
    stepsBegun++;
    stepsUnderWay++;
  }

  void stepEnded() {
    stepsUnderWay--;
  }

  long stepsBegun() {
    return stepsBegun;
  }

  int stepsUnderWay() {
    return stepsUnderWay;
  }
}
