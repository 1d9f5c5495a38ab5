package io.ashlar.server.cluster;

import io.ashlar.core.SeededRandom;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster kill}. */
@Command(
    name = "kill",
    mixinStandardHelpOptions = true,
    description = "Kills a process with SIGKILL, as a crash would.")
final class KillCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One of its two is given. */
  static final class Which {
    @Parameters(paramLabel = "N", description = "The number of the process, from 1.")
    private Integer number;

    @Option(names = "--random", description = "Any one that is running.")
    private boolean random;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    LocalCluster cluster = place.open();
    LocalProcess process = which.random ? any(cluster) : cluster.process(which.number);
    if (!process.kill()) {
      throw new CommandFailedException("process " + process.number() + " is not running");
    }
    spec.commandLine()
        .getOut()
        .println("killed process " + process.number() + " at " + process.address());
    return ExitCodes.OK;
  }

  private static LocalProcess any(LocalCluster cluster) {
    List<LocalProcess> running =
        cluster.processes().stream().filter(each -> each.handle().isPresent()).toList();
    if (running.isEmpty()) {
      throw new CommandFailedException("no process of the cluster is running");
    }
    return running.get(new SeededRandom(System.nanoTime()).nextInt(running.size()));
  }
}
