package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which local cluster a command is for. */
final class ClusterPlace {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "ashlar-cluster",
      description = "The folder of the cluster. Default: ashlar-cluster")
  private Path dir;

  Path folder() {
    if (dir.toString().isEmpty()) {
      throw new CommandFailedException("--dir is empty; name a folder", ExitCodes.USAGE);
    }
    return dir.toAbsolutePath().normalize();
  }

  LocalCluster open() {
    return LocalCluster.open(folder());
  }
}
