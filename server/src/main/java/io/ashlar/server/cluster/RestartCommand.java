package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster restart}. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a process that was killed or has ended; one that is running is ended in peace before.",
      "Waits until the process has its database."
    })
final class RestartCommand implements Callable<Integer> {
  private static final long END_SECONDS_MAX = 60;

  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Mixin private ProcessChoice choice;

  @Mixin private Starting starting;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    LocalCluster cluster = place.open();
    LocalProcess process = choice.in(cluster);
    if (process.state() == LocalProcess.State.PAUSED) {
      process.signal(Signal.CONT);
    }
    process.askToEnd();
    if (!process.awaitEnd(END_SECONDS_MAX)) {
      throw new CommandFailedException(
          "process " + process.number() + " does not end; `cluster kill` kills it");
    }
    double seconds = starting.start(cluster, List.of(process), out);
    out.printf(
        Locale.ROOT, "restarted process %d: available after %.1f s%n", process.number(), seconds);
    return ExitCodes.OK;
  }
}
