package io.ashlar.simulation.junit;

import io.ashlar.simulation.SimulatedRun;
import java.util.ArrayList;
import java.util.List;

/** What is kept of a run's events for its failure: the last ones, or all. */
final class RunTrace {
  private SimulatedRun run;
  private List<String> all;

  void begin(SimulatedRun traced, boolean whole) {
    run = traced;
    if (whole) {
      all = new ArrayList<>();
      traced.traceTo(all::add);
    }
  }

  boolean isWhole() {
    return all != null;
  }

  /** Oldest first; empty when the run has not begun. */
  List<String> lines() {
    if (all != null) {
      return all;
    }
    return run == null ? List.of() : run.trace();
  }

  /** Says where this run and another of the same seed part. */
  String unlike(RunTrace other) {
    StringBuilder text =
        new StringBuilder("run twice, it was not the same run: the test takes something from")
            .append(
                " outside of the simulation (the time of the machine, another random generator,")
            .append(" the order of a HashMap, threads of its own)");
    List<String> here = lines();
    List<String> there = other.lines();
    for (int i = 0; i < Math.min(here.size(), there.size()); i++) {
      if (!here.get(i).equals(there.get(i))) {
        text.append(isWhole() ? ". The first event that differs: " : ". Of the last events: ");
        text.append(there.get(i)).append(" and then ").append(here.get(i));
        return text.toString();
      }
    }
    return text.append(isWhole() ? "" : ". Where they part is told with -Dashlar.trace=true")
        .toString();
  }
}
