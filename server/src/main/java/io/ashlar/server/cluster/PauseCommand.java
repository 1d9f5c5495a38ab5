package io.ashlar.server.cluster;

import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster pause}. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Stops a process with SIGSTOP, as a machine that hangs: it answers nothing, and its"
            + " connections stay.")
final class PauseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Mixin private ProcessChoice choice;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LocalProcess process = choice.in(place.open());
    process.signal(Signal.STOP);
    spec.commandLine()
        .getOut()
        .println("paused process " + process.number() + " at " + process.address());
    return ExitCodes.OK;
  }
}
