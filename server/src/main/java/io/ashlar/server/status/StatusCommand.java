package io.ashlar.server.status;

import io.ashlar.server.ClusterChoice;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Tells how a cluster is, what is wrong and what to do; also of one that is down.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:healthy",
      "5:it works, but needs attention",
      "3:something cannot be read, or nothing can be committed",
      "2:the command line is wrong"
    })
public final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterChoice cluster;

  @Option(names = "--json", description = "Answers with one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    ClusterReport report = ClusterLook.at(cluster.file(), List.of(), List.of());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() + "\n" : report.text());
    out.flush();
    return report.health().exitCode();
  }
}
