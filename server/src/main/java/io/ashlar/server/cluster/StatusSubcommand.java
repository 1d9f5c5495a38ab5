package io.ashlar.server.cluster;

import io.ashlar.server.Json;
import io.ashlar.server.status.ClusterLook;
import io.ashlar.server.status.ClusterReport;
import io.ashlar.server.status.Finding;
import io.ashlar.server.status.Health;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Tells which processes of the cluster are running, and how the cluster is: what is wrong and what"
          + " to do.",
      "Ends with the exit code of `ashlar status`."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:healthy",
      "5:it works, but needs attention",
      "3:something cannot be read, or nothing can be committed",
      "2:the command line is wrong"
    })
final class StatusSubcommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Option(names = "--json", description = "Answers with one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    LocalCluster cluster = place.open();
    List<LocalProcess> processes = cluster.processes();
    List<Finding> more = new ArrayList<>();
    for (LocalProcess process : processes) {
      String who = "process " + process.number() + " (" + process.address() + ") is ";
      switch (process.state()) {
        case PAUSED ->
            more.add(
                new Finding(
                    Health.DEGRADED,
                    who + "paused",
                    "`cluster resume " + process.number() + "` lets it go on"));
        case STOPPED ->
            more.add(
                new Finding(
                    Health.DEGRADED,
                    who + "not running" + complaint(process),
                    "`cluster restart " + process.number() + "` starts it"));
        case RUNNING -> {}
      }
    }
    ClusterReport report =
        ClusterLook.at(
            cluster.clusterFile(),
            processes.stream().map(LocalProcess::address).toList(),
            List.copyOf(more));
    if (json) {
      out.println(report.json().put("local", processes.stream().map(this::local).toList()));
    } else {
      processes.forEach(
          process ->
              out.printf(
                  Locale.ROOT,
                  "process %d  %s  %s%s%n",
                  process.number(),
                  process.address(),
                  process.state(),
                  process.handle().map(found -> " (pid " + found.pid() + ")").orElse("")));
      out.println();
      out.print(report.text());
    }
    out.flush();
    return report.health().exitCode();
  }

  /** Why it has ended, if it has said so: a process that finds anything wrong stops. */
  private static String complaint(LocalProcess process) throws IOException {
    String complaint = process.lastComplaint();
    return complaint.isEmpty() ? "" : "; it said last: " + complaint;
  }

  private Json local(LocalProcess process) {
    return Json.object()
        .put("number", process.number())
        .put("address", process.address())
        .put("state", process.state())
        .put("pid", process.handle().map(ProcessHandle::pid).orElse(null));
  }
}
