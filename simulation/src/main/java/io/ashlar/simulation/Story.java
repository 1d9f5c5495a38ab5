package io.ashlar.simulation;

import io.ashlar.simulation.diagnosis.Moment;
import io.ashlar.simulation.diagnosis.Words;
import io.ashlar.simulation.faults.FaultKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** A run in a few sentences: what there was, what happened, and how it ended. */
final class Story {
  private static final List<String> SMALL =
      List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int FIRST_MOMENTS = 25;
  private static final int LAST_MOMENTS = 25;

  private Story() {}

  /** A line for each sentence. */
  static List<String> of(RecordedRun run, SimOptions options, long steps) {
    List<String> lines = new ArrayList<>();
    SimResult result = run.result();
    long clients = result.cluster().get(SimResult.CLIENTS);
    Set<String> workloads = new TreeSet<>(result.workloads().keySet());
    workloads.remove(Simulation.REPLICAS);
    String who =
        count(result.cluster().get(SimResult.WORKERS), "worker")
            + " and "
            + count(clients, "client")
            + ", with "
            + count(steps, "step")
            + " of "
            + Words.list(workloads);
    lines.add(
        who.substring(0, 1).toUpperCase(Locale.ROOT)
            + who.substring(1)
            + " in "
            + count(options.busySeconds(), "second")
            + ".");
    lines.add(conditions(options));
    List<Moment> moments =
        run.recording().moments().stream()
            .filter(moment -> !moment.kind().equals("phase"))
            .toList();
    int leftOut = moments.size() - FIRST_MOMENTS - LAST_MOMENTS;
    for (int i = 0; i < moments.size(); i++) {
      if (leftOut <= 0 || i < FIRST_MOMENTS || i >= FIRST_MOMENTS + leftOut) {
        lines.add(moments.get(i).toString());
      } else if (i == FIRST_MOMENTS) {
        lines.add("… " + leftOut + " more things happen …");
      }
    }
    return lines;
  }

  private static String conditions(SimOptions options) {
    if (options.faults().isNone()) {
      return "Nothing is made to fail, and the network and the disks are at their best.";
    }
    if (!options.faults().isListed()) {
      return "All may fail that the seed has drawn; beside what is told here that is found in its"
          + " plan.";
    }
    List<String> others =
        FaultKinds.names().stream()
            .filter(name -> options.faults().includes(name) && !FaultKinds.happens(name))
            .toList();
    return others.isEmpty()
        ? "Nothing fails but what is told here."
        : "Beside what is told here there are " + Words.list(others) + ".";
  }

  /** {@code one client}, {@code 12 steps}. */
  private static String count(long count, String one) {
    return count < SMALL.size()
        ? SMALL.get((int) count) + " " + one + (count == 1 ? "" : "s")
        : Words.count(count, one);
  }
}
