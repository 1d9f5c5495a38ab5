package io.ashlar.server.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster}. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description = "Runs a cluster of processes on this machine, and harms it on request.",
    subcommands = {
      UpCommand.class,
      StatusSubcommand.class,
      KillCommand.class,
      SignalCommand.Pause.class,
      SignalCommand.Resume.class,
      RestartCommand.class,
      DownCommand.class,
      TortureCommand.class,
      TrialCommand.class,
      WitnessCommand.class
    },
    footer = {
      "",
      "Example: ashlar cluster up --processes 5 --replication double, then",
      "         ashlar cluster kill --random, and ashlar cluster status"
    })
public final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
