package io.ashlar.server.coordinators;

import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.ClusterChoice;
import io.ashlar.server.Json;
import io.ashlar.server.status.ClusterLook;
import io.ashlar.server.status.Health;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar coordinators}. */
@Command(
    name = "coordinators",
    mixinStandardHelpOptions = true,
    subcommands = {CoordinatorsChange.Named.class, CoordinatorsChange.Auto.class},
    description = {
      "Shows the coordinators of a cluster: whether they answer, who leads, and how many may fail. Changes"
          + " them while the database serves."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all of them answer, or have moved as asked",
      "5:one does not answer; the others are enough",
      "3:too few answer, and nothing can be elected or written",
      "1:they cannot be changed so",
      "2:the command line is wrong"
    },
    footer = {
      "",
      "Example: ashlar coordinators set 10.0.0.1:4500 10.0.0.2:4500 10.0.0.3:4500 --cluster"
          + " ashlar.cluster"
    })
public final class CoordinatorsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterChoice cluster;

  @Option(names = "--json", description = "Answers with one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Path file = cluster.file();
    ClusterStatus status;
    try (StatusProbe probe = StatusProbe.connect(ClusterFile.read(file))) {
      status = ClusterLook.look(probe, List.of());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(status));
    } else {
      print(out, status);
    }
    out.flush();
    return health(status).exitCode();
  }

  /** How many may fail; negative when too few are there. */
  private static int toSpare(ClusterStatus status) {
    int there = (int) status.coordinators().stream().filter(ClusterStatus.Answer::isThere).count();
    return there - (status.coordinators().size() / 2 + 1);
  }

  private static Health health(ClusterStatus status) {
    if (toSpare(status) < 0) {
      return Health.UNAVAILABLE;
    }
    boolean all = status.coordinators().stream().allMatch(ClusterStatus.Answer::isThere);
    return all ? Health.HEALTHY : Health.DEGRADED;
  }

  private static String wanted(ClusterStatus status) {
    return status.controller().field("coordinators-wanted");
  }

  private static String zone(ClusterStatus status, String process) {
    return status.processes().stream()
        .filter(each -> each.name().equals(process))
        .map(ClusterStatus.ProcessAnswer::zone)
        .findFirst()
        .orElse("");
  }

  private static Json json(ClusterStatus status) {
    return Json.object()
        .put("coordinators", status.coordinators().stream().map(each -> one(status, each)).toList())
        .put("mayFail", Math.max(0, toSpare(status)))
        .put("isMajorityThere", toSpare(status) >= 0)
        .put("set", status.set().id())
        .put("controller", status.leader().process())
        .put("wanted", wanted(status));
  }

  private static Json one(ClusterStatus status, ClusterStatus.Answer coordinator) {
    String process = coordinator.address().process();
    return Json.object()
        .put("process", process)
        .put("zone", zone(status, process))
        .put("reachable", coordinator.isThere())
        .put("failure", coordinator.failure());
  }

  private static void print(PrintWriter out, ClusterStatus status) {
    int spare = toSpare(status);
    out.println(
        spare < 0
            ? "Too few coordinators answer: nothing can be elected or written."
            : spare == 0
                ? "None of the coordinators may fail."
                : spare + " more of the coordinators may fail.");
    for (ClusterStatus.Answer each : status.coordinators()) {
      String process = each.address().process();
      String zone = zone(status, process);
      out.printf(
          Locale.ROOT,
          "  %-22s %s%s%n",
          process,
          each.isThere() ? "answers" : each.failure(),
          zone.isEmpty() || zone.equals(process) ? "" : ", zone " + zone);
    }
    out.println(
        status.leader().process().isEmpty()
            ? "No controller is elected."
            : "The controller is at " + status.leader().process() + ".");
    if (!wanted(status).isEmpty()) {
      out.println("Asked for, and not there yet: " + wanted(status) + ".");
    }
  }
}
