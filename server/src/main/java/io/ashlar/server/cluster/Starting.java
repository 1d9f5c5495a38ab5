package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Starts processes of a cluster, and waits until they have their database. */
final class Starting {
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for the database. Default: 120")
  private long timeoutSeconds;

  @Option(
      names = "--ends-with",
      hidden = true,
      description = "Ends the processes as soon as the process with this number is not there.")
  private Long endsWith;

  /**
   * Starts those that are not running, one after the other, and tells so.
   *
   * @return seconds until all of them had their database
   * @throws CommandFailedException when one ends, or it takes longer than was asked for
   */
  double start(LocalCluster cluster, List<LocalProcess> processes, PrintWriter out)
      throws IOException, InterruptedException {
    if (timeoutSeconds < 1) {
      throw new CommandFailedException(
          "--timeout must be 1 or more seconds, not " + timeoutSeconds, ExitCodes.USAGE);
    }
    Availability availability = new Availability(cluster, out);
    List<Availability.Started> started = new ArrayList<>();
    for (LocalProcess process : processes) {
      boolean isThere = process.handle().isPresent();
      out.printf(
          Locale.ROOT,
          "  process %d %s at %s%n",
          process.number(),
          isThere ? "is " + process.state() : "starts",
          process.address());
      out.flush();
      if (!isThere) {
        started.add(new Availability.Started(process, process.start(endsWith)));
      }
    }
    availability.await(started, timeoutSeconds);
    return availability.seconds();
  }
}
