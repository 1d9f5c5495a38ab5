package io.ashlar.server.cluster;

import io.ashlar.message.CoordinatorSet;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.CreationOptions.Replication;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts processes on free ports of 127.0.0.1, and waits until their database is available.",
      "They go on when the command has ended, until `cluster down`. A cluster that is there already is",
      "started again with what it has; more processes than it had join it."
    })
final class UpCommand implements Callable<Integer> {
  private static final int PROCESSES_DEFAULT = 3;
  static final int PROCESSES_MAX = 64;
  private static final int COORDINATORS_DEFAULT = 3;

  @Spec private CommandSpec spec;

  @Mixin private ClusterPlace place;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "How many. Default: 3, or as many as the cluster has")
  private Integer processes;

  @Option(
      names = "--replication",
      paramLabel = "single|double|triple",
      description = {
        "In how many processes everything is kept, when the cluster is new.",
        "Default: single"
      })
  private Replication replication;

  @Option(
      names = "--coordinators",
      paramLabel = "K",
      description = {
        "How many processes are coordinators, when the cluster is new: 1 to 5.",
        "Default: 3, or 1 of fewer than 3 processes"
      })
  private Integer coordinators;

  @Mixin private Starting starting;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = place.folder();
    LocalCluster cluster = LocalCluster.isIn(folder) ? known(folder) : planned(folder);
    out.printf(
        Locale.ROOT,
        "Cluster of %d process%s in %s, made with %s replication and %d coordinator%s.%n",
        cluster.size(),
        cluster.size() == 1 ? "" : "es",
        folder,
        cluster.replication(),
        cluster.coordinators(),
        cluster.coordinators() == 1 ? "" : "s");
    if (cluster.coordinators() % 2 == 0) {
      out.printf(
          Locale.ROOT,
          "%d coordinators stand the loss of no more than %d would; --coordinators %d is better.%n",
          cluster.coordinators(),
          cluster.coordinators() - 1,
          cluster.coordinators() - 1);
    }
    double seconds = starting.start(cluster, cluster.processes(), out);
    out.printf(
        Locale.ROOT,
        "Available after %.1f s. Clients use --cluster %s%n",
        seconds,
        cluster.clusterFile());
    return ExitCodes.OK;
  }

  private LocalCluster planned(Path folder) throws IOException {
    int count = processes == null ? PROCESSES_DEFAULT : processes;
    Replication kept = replication == null ? Replication.SINGLE : replication;
    int electors = coordinators == null ? coordinatorsDefault(count) : coordinators;
    if (count < 1 || count > PROCESSES_MAX) {
      throw wrong("--processes must be 1 to " + PROCESSES_MAX + ", not " + count);
    }
    if (count < kept.copies()) {
      throw wrong("--replication " + kept + " needs --processes " + kept.copies() + " or more");
    }
    if (electors < 1 || electors > Math.min(count, CoordinatorSet.COORDINATORS_MAX)) {
      throw wrong(
          "--coordinators must be 1 to "
              + Math.min(count, CoordinatorSet.COORDINATORS_MAX)
              + ", not "
              + electors);
    }
    return LocalCluster.plan(folder, kept.toString(), electors, count);
  }

  private static int coordinatorsDefault(int processes) {
    return processes < COORDINATORS_DEFAULT ? 1 : COORDINATORS_DEFAULT;
  }

  private LocalCluster known(Path folder) throws IOException {
    LocalCluster known = LocalCluster.open(folder);
    if (replication != null && !replication.toString().equals(known.replication())) {
      throw wrong(
          "the cluster in " + folder + " was made with --replication " + known.replication());
    }
    if (coordinators != null && coordinators != known.coordinators()) {
      throw wrong(
          "the cluster in " + folder + " was made with --coordinators " + known.coordinators());
    }
    if (processes == null || processes == known.size()) {
      return known;
    }
    if (processes < known.size() || processes > PROCESSES_MAX) {
      throw wrong(
          "the cluster in "
              + folder
              + " has "
              + known.size()
              + " processes: --processes can be "
              + known.size()
              + " to "
              + PROCESSES_MAX
              + ", not "
              + processes);
    }
    return known.grownTo(processes);
  }

  private static CommandFailedException wrong(String what) {
    return new CommandFailedException(what, ExitCodes.USAGE);
  }
}
