package io.ashlar.server.cluster;

import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Lets a paused process go on.")
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Mixin private ProcessChoice choice;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LocalProcess process = choice.in(place.open());
    process.signal(Signal.CONT);
    spec.commandLine()
        .getOut()
        .println("resumed process " + process.number() + " at " + process.address());
    return ExitCodes.OK;
  }
}
