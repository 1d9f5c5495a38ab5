package io.ashlar.simulation;

import io.ashlar.simulation.diagnosis.Words;
import io.ashlar.simulation.faults.FaultEvents;

/**
 * What a run is to be like; everything else is drawn from its seed.
 *
 * @param busySeconds virtual seconds during which clients work and faults go on; 1 to 3,600,
 *     default 20
 * @param commitsMin a run with fewer acknowledged commits has failed: it did nothing; so has one in
 *     which a workload has fewer than a hundredth of that; default 300
 * @param faults which kinds may happen, by the names of {@link
 *     io.ashlar.simulation.faults.FaultKinds}; default all
 * @param faultEvents which occurrences of these may happen; default all
 * @param faultFactor how many times as often as is drawn; 1 to 100, default 1
 * @param workloads which may be drawn, by the names of {@link
 *     io.ashlar.simulation.workload.Workloads}; default all. When just some are named, all of these
 *     run
 * @param clientsMax no more clients than that, whatever is drawn; at least 1
 * @param stepsMax clients begin no more steps than that, all together; at least 0
 * @param variation another course of the same plan: other delays, orders of events and choices of
 *     clients; at least 0, default 0
 */
public record SimOptions(
    int busySeconds,
    long commitsMin,
    Selection faults,
    FaultEvents faultEvents,
    int faultFactor,
    Selection workloads,
    int clientsMax,
    long stepsMax,
    int variation) {
  public static final int BUSY_SECONDS_MAX = 3_600;
  public static final int FAULT_FACTOR_MAX = 100;

  private static final int BUSY_SECONDS = 20;
  private static final int COMMITS_MIN = 300;

  public SimOptions {
    check(
        faultFactor >= 1 && faultFactor <= FAULT_FACTOR_MAX,
        "faultFactor must be 1 to 100, not ",
        faultFactor);
    check(
        busySeconds >= 1 && busySeconds <= BUSY_SECONDS_MAX,
        "busySeconds must be 1 to 3,600, not ",
        busySeconds);
    check(clientsMax >= 1, "clientsMax must be at least 1, not ", clientsMax);
    check(variation >= 0, "variation must be at least 0, not ", variation);
    check(stepsMax >= 0, "stepsMax must be at least 0, not ", stepsMax);
  }

  private static void check(boolean holds, String what, long value) {
    if (!holds) {
      throw new IllegalArgumentException(what + value);
    }
  }

  public static SimOptions defaults() {
    return new SimOptions(
        BUSY_SECONDS,
        COMMITS_MIN,
        Selection.all(),
        FaultEvents.all(),
        1,
        Selection.all(),
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        0);
  }

  /** Also asks for as many more or fewer commits. */
  public SimOptions withBusySeconds(int seconds) {
    long usual = (long) COMMITS_MIN * busySeconds / BUSY_SECONDS;
    return new SimOptions(
        seconds,
        commitsMin == usual
            ? (long) COMMITS_MIN * seconds / BUSY_SECONDS
            : commitsMin * seconds / busySeconds,
        faults,
        faultEvents,
        faultFactor,
        workloads,
        clientsMax,
        stepsMax,
        variation);
  }

  public SimOptions withCommitsMin(long commits) {
    return new SimOptions(
        busySeconds,
        commits,
        faults,
        faultEvents,
        faultFactor,
        workloads,
        clientsMax,
        stepsMax,
        variation);
  }

  public SimOptions withFaults(Selection selected) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        selected,
        faultEvents,
        faultFactor,
        workloads,
        clientsMax,
        stepsMax,
        variation);
  }

  public SimOptions withFaultEvents(FaultEvents events) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        faults,
        events,
        faultFactor,
        workloads,
        clientsMax,
        stepsMax,
        variation);
  }

  public SimOptions withoutFaults() {
    return withFaults(Selection.none());
  }

  /** Faults so many times as often: for runs that are to find something soon. */
  public SimOptions withFaultFactor(int factor) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        faults,
        faultEvents,
        factor,
        workloads,
        clientsMax,
        stepsMax,
        variation);
  }

  public SimOptions withWorkloads(Selection selected) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        faults,
        faultEvents,
        faultFactor,
        selected,
        clientsMax,
        stepsMax,
        variation);
  }

  public SimOptions withClientsMax(int clients) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        faults,
        faultEvents,
        faultFactor,
        workloads,
        clients,
        stepsMax,
        variation);
  }

  public SimOptions withStepsMax(long steps) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        faults,
        faultEvents,
        faultFactor,
        workloads,
        clientsMax,
        steps,
        variation);
  }

  public SimOptions withVariation(int number) {
    return new SimOptions(
        busySeconds,
        commitsMin,
        faults,
        faultEvents,
        faultFactor,
        workloads,
        clientsMax,
        stepsMax,
        number);
  }

  /** What differs from the default, as options of {@code ./ashlar sim}; begins with a blank. */
  String arguments() {
    SimOptions normal = defaults();
    StringBuilder text = new StringBuilder();
    if (busySeconds != normal.busySeconds) {
      text.append(" --seconds ").append(busySeconds);
    }
    if (faults.isNone()) {
      text.append(" --no-faults");
    } else if (!faults.isAll()) {
      text.append(" --faults=").append(faults);
    }
    if (!faultEvents.isAll()) {
      text.append(" --fault-events ").append(faultEvents);
    }
    if (faultFactor != normal.faultFactor) {
      text.append(" --fault-factor ").append(faultFactor);
    }
    if (!workloads.isAll()) {
      text.append(" --workloads=").append(workloads);
    }
    if (clientsMax != normal.clientsMax) {
      text.append(" --clients ").append(clientsMax);
    }
    if (stepsMax != normal.stepsMax) {
      text.append(" --steps ").append(stepsMax);
    }
    if (variation != normal.variation) {
      text.append(" --variation ").append(variation);
    }
    return text.toString();
  }

  /** For people; the same for the same options alone. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(busySeconds).append(" busy seconds, at least ").append(commitsMin);
    text.append(" commits, ");
    text.append(faults.isNone() ? "no faults" : faults.isAll() ? "all faults" : "faults " + faults);
    append(text, !faultEvents.isAll(), "of these only " + faultEvents);
    append(text, faultFactor != 1, faultFactor + " times as often");
    append(text, true, workloads.isAll() ? "all workloads" : "workloads " + workloads);
    append(text, clientsMax != Integer.MAX_VALUE, "at most " + Words.count(clientsMax, "client"));
    append(text, stepsMax != Long.MAX_VALUE, "at most " + Words.count(stepsMax, "step"));
    append(text, variation != 0, "variation " + variation);
    return text.toString();
  }

  private static void append(StringBuilder text, boolean isThere, String more) {
    if (isThere) {
      text.append(", ").append(more);
    }
  }
}
