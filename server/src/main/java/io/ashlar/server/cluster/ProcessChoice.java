package io.ashlar.server.cluster;

import picocli.CommandLine.Parameters;

/** The process that a command is for, by its number. */
final class ProcessChoice {
  @Parameters(paramLabel = "N", description = "The number of the process, from 1.")
  private int number;

  LocalProcess in(LocalCluster cluster) {
    return cluster.process(number);
  }
}
