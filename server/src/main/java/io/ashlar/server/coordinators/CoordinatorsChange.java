package io.ashlar.server.coordinators;

import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.ClusterChoice;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.status.ClusterLook;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code ashlar coordinators set} and {@code auto} have in common. */
abstract class CoordinatorsChange implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClusterChoice cluster;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait until they have moved. Default: 60")
  private long timeoutSeconds;

  /** {@code ashlar coordinators set}. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Makes these processes the coordinators, while the database serves: 1, 3 or 5 of its processes, each"
            + " in a zone of its own.",
        "Waits until they are, and writes the cluster file."
      })
  static final class Named extends CoordinatorsChange {
    @Parameters(
        paramLabel = "HOST:PORT",
        arity = "1..*",
        description = "A process, as `status` names it.")
    private List<String> processes;

    @Override
    public Integer call() throws InterruptedException {
      return change(processes, status -> processes);
    }
  }

  /** {@code ashlar coordinators auto}. */
  @Command(
      name = "auto",
      mixinStandardHelpOptions = true,
      description = {
        "Chooses the coordinators among the processes that answer: with double 3, with triple 5, in as many"
            + " zones; those that can stay do.",
        "Waits until they are, and writes the cluster file."
      })
  static final class Auto extends CoordinatorsChange {
    @Override
    public Integer call() throws InterruptedException {
      return change(List.of(), CoordinatorChoice::best);
    }
  }

  /**
   * Changes them.
   *
   * @param asked processes to ask besides those that the cluster knows
   */
  final int change(List<String> asked, Function<ClusterStatus, List<String>> choice)
      throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw new CommandFailedException(
          "--timeout must be 1 or more seconds, not " + timeoutSeconds, ExitCodes.USAGE);
    }
    Path file = cluster.file();
    try (StatusProbe probe = StatusProbe.connect(ClusterFile.read(file))) {
      ClusterStatus status = ClusterLook.look(probe, asked);
      if (status.view() == null) {
        throw new CommandFailedException(
            "the coordinators are changed by a transaction, and the database takes none now: "
                + status.noView()
                + "; `status` tells more",
            ExitCodes.UNAVAILABLE);
      }
      List<String> wanted = choice.apply(status);
      if (wanted.isEmpty()) {
        throw new CommandFailedException(
            "no process of the database can be a coordinator; `status` tells why",
            ExitCodes.FAILED);
      }
      return new CoordinatorMove(file, probe, spec.commandLine().getOut(), timeoutSeconds)
          .to(status, wanted);
    }
  }
}
