package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Ends all processes of the cluster in peace; its data stay, and `cluster up` starts it again.",
      "A process that does not end in time is killed."
    })
final class DownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait for each process before it is killed. Default: 30")
  private long timeoutSeconds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (timeoutSeconds < 0) {
      throw new CommandFailedException(
          "--timeout must be 0 or more seconds, not " + timeoutSeconds, ExitCodes.USAGE);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<LocalProcess> running = new ArrayList<>();
    for (LocalProcess process : place.open().processes()) {
      LocalProcess.State state = process.state();
      if (state == LocalProcess.State.PAUSED) {
        process.signal(Signal.CONT);
      }
      if (state != LocalProcess.State.STOPPED) {
        process.askToEnd();
        running.add(process);
      }
    }
    for (LocalProcess process : running) {
      boolean ended = process.awaitEnd(timeoutSeconds);
      if (!ended) {
        process.kill();
      }
      out.println((ended ? "ended process " : "killed process ") + process.number());
      out.flush();
    }
    if (running.isEmpty()) {
      out.println("no process was running");
    }
    return ExitCodes.OK;
  }
}
