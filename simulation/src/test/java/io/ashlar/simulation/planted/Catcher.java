package io.ashlar.simulation.planted;

/**
 * What must notice a planted bug. A bug of the product is noticed by what its clients see; a bug of
 * the simulator by whatever keeps watch over the simulator.
 */
enum Catcher {
  /** The check of a workload: a wrong answer through the public client API. */
  WORKLOADS("the checks of workloads"),
  /**
   * A role finds at runtime that what it reads cannot be, refuses to go on, and says why: that is
   * part of the product, and no assertion. The detail is what it must say, so that no other crash
   * counts. If a workload's check comes before, so much the better.
   */
  REFUSAL("a role that refuses"),
  /**
   * What is watched all the time: that one leads by right, that the coordinators' registers are
   * one, and that all proxies give up the same log servers. Or a workload's check, if it comes
   * before.
   */
  WATCH("the watch over what is told"),
  /** A seed is run twice and does not do the same. */
  REPETITION("a seed run twice"),
  /** Too few transactions were committed, by all workloads or by one of them. */
  COMMIT_MINIMUM("the least number of commits"),
  /** Something that many runs must have reached or suffered never was. */
  COVERAGE("the list of what runs must reach"),
  /** The workload that must fail passes. */
  CANARY("the canary"),
  /** A test of the simulator itself, which every build runs. */
  OWN_TESTS("the simulator's own tests"),
  /** A bug of the product that is known to be caught is caught no more. */
  KNOWN_BUG("a known bug that is caught no more");

  private final String inWords;

  Catcher(String inWords) {
    this.inWords = inWords;
  }

  @Override
  public String toString() {
    return inWords;
  }
}
