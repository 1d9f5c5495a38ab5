package io.ashlar.server;

import io.ashlar.embedded.ClusterFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which cluster a command is for. */
public final class ClusterChoice {
  /** Where to look when nothing is said. */
  private static final List<Path> USUAL =
      List.of(
          Path.of("ashlar-cluster", ClusterFile.NAME),
          Path.of(ClusterFile.NAME),
          Path.of("ashlar-data", ClusterFile.NAME));

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

  /**
   * The cluster file.
   *
   * @throws CommandFailedException when nothing is said and there is none where one usually is
   */
  public Path file() {
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
