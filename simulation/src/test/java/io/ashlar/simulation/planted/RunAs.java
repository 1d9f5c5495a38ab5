package io.ashlar.simulation.planted;

/**
 * How runs are made that are to catch a bug soon.
 *
 * @param busySeconds of virtual time
 * @param faultFactor how many times as often as drawn things go wrong
 * @param workloads which there may be, as {@code --workloads} of {@code ./ashlar sim} has it
 * @param faults which there may be, as {@code --faults} has it
 */
record RunAs(int busySeconds, int faultFactor, String workloads, String faults) {
  private static final String ALL = "all";

  /** As a run is by default. */
  static final RunAs DEFAULT = new RunAs(20, 1, ALL, ALL);

  /** Short, with many faults: what finds most bugs soonest. */
  static final RunAs SHORT = DEFAULT.seconds(8).factor(4);

  RunAs seconds(int seconds) {
    return new RunAs(seconds, faultFactor, workloads, faults);
  }

  RunAs factor(int factor) {
    return new RunAs(busySeconds, factor, workloads, faults);
  }

  RunAs workloads(String selection) {
    return new RunAs(busySeconds, faultFactor, selection, faults);
  }

  RunAs faults(String selection) {
    return new RunAs(busySeconds, faultFactor, workloads, selection);
  }

  /** What differs from the default, as options of {@code ./ashlar sim}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (busySeconds != DEFAULT.busySeconds) {
      text.append("--seconds ").append(busySeconds).append(' ');
    }
    if (faultFactor != DEFAULT.faultFactor) {
      text.append("--fault-factor ").append(faultFactor).append(' ');
    }
    if (!workloads.equals(ALL)) {
      text.append("--workloads=").append(workloads).append(' ');
    }
    if (!faults.equals(ALL)) {
      text.append("--faults=").append(faults).append(' ');
    }
    return text.toString().strip();
  }
}
