package io.ashlar.server.status;

import io.ashlar.embedded.ClusterFile;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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
  /** Where to look when nothing is said. */
  private static final List<Path> USUAL =
      List.of(
          Path.of("ashlar-cluster", ClusterFile.NAME),
          Path.of(ClusterFile.NAME),
          Path.of("ashlar-data", ClusterFile.NAME));

  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Place chosen = new Place();

  /** At most one of its options is given. */
  static final class Place {
    @Option(
        names = "--cluster",
        paramLabel = "FILE",
        description =
            "The cluster file. Default: the first there is of ashlar-cluster/ashlar.cluster,"
                + " ashlar.cluster, ashlar-data/ashlar.cluster")
    private Path cluster;

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description =
            "The directory of a node, or of a local cluster: its ashlar.cluster is meant.")
    private Path dir;
  }

  @Option(names = "--json", description = "Answers with one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Path file = file();
    ClusterReport report = ClusterLook.at(file, List.of(), List.of());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() + "\n" : report.text());
    out.flush();
    return report.health().exitCode();
  }

  private Path file() {
    if (chosen.cluster != null) {
      return chosen.cluster;
    }
    if (chosen.dir != null) {
      return chosen.dir.resolve(ClusterFile.NAME);
    }
    return USUAL.stream()
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "which cluster? Name its file with --cluster, or its directory with --dir",
                    ExitCodes.USAGE));
  }
}
