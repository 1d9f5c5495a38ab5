package io.ashlar.server.cluster;

import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
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
    description = "Tells which processes of the cluster are running.")
final class StatusSubcommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Option(names = "--json", description = "Answers with one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    LocalCluster cluster = place.open();
    List<Json> told = new ArrayList<>();
    for (LocalProcess process : cluster.processes()) {
      Long pid = process.handle().map(ProcessHandle::pid).orElse(null);
      LocalProcess.State state = process.state();
      told.add(
          Json.object()
              .put("number", process.number())
              .put("address", process.address())
              .put("state", state)
              .put("pid", pid));
      if (!json) {
        out.printf(
            Locale.ROOT,
            "  process %d  %s  %s%s%n",
            process.number(),
            process.address(),
            state,
            pid == null ? "" : " (pid " + pid + ")");
      }
    }
    if (json) {
      out.println(
          Json.object()
              .put("clusterFile", cluster.clusterFile())
              .put("replication", cluster.replication())
              .put("processes", told));
    }
    return ExitCodes.OK;
  }
}
