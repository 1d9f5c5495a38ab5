package io.ashlar.server.cluster;

import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code ashlar cluster pause} and {@code resume} have in common. */
abstract class SignalCommand implements Callable<Integer> {
  private final Signal signal;
  private final String done;

  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Mixin private ProcessChoice choice;

  private SignalCommand(Signal signal, String done) {
    this.signal = signal;
    this.done = done;
  }

  @Override
  public final Integer call() throws IOException, InterruptedException {
    LocalProcess process = choice.in(place.open());
    process.signal(signal);
    spec.commandLine()
        .getOut()
        .println(done + " process " + process.number() + " at " + process.address());
    return ExitCodes.OK;
  }

  /** {@code ashlar cluster pause}. */
  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description =
          "Stops a process with SIGSTOP, as a machine that hangs: it answers nothing, and its"
              + " connections stay.")
  static final class Pause extends SignalCommand {
    Pause() {
      super(Signal.STOP, "paused");
    }
  }

  /** {@code ashlar cluster resume}. */
  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Lets a paused process go on.")
  static final class Resume extends SignalCommand {
    Resume() {
      super(Signal.CONT, "resumed");
    }
  }
}
