package io.ashlar.server.status;

import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks at a cluster from outside. */
public final class ClusterLook {
  /** Between two looks, so that there is something to count. */
  private static final long BETWEEN_NANOS = 1_000_000_000L;

  /** Longer than a look takes when nobody answers. */
  private static final long LOOK_SECONDS_MAX = 30;

  private ClusterLook() {}

  /**
   * Looks twice, to tell what it does a second; takes a second or more.
   *
   * @param processes {@code host:port} to ask besides those that the cluster knows
   * @param more what the caller has found out by himself
   * @throws io.ashlar.core.AshlarException when the file is not there or is none
   */
  public static ClusterReport at(Path clusterFile, List<String> processes, List<Finding> more)
      throws InterruptedException {
    try (StatusProbe probe = StatusProbe.connect(ClusterFile.read(clusterFile))) {
      ClusterStatus before = look(probe, processes);
      long beganNanos = System.nanoTime();
      if (before.view() == null) {
        return new ClusterReport(clusterFile.toString(), before, Rates.UNKNOWN, more);
      }
      await(probe.after(BETWEEN_NANOS));
      ClusterStatus after = look(probe, processes);
      double seconds = (System.nanoTime() - beganNanos) / 1e9;
      return new ClusterReport(
          clusterFile.toString(), after, Rates.between(before, after, seconds), more);
    }
  }

  /** Looks once. */
  public static ClusterReport once(StatusProbe probe, Path clusterFile, List<String> processes)
      throws InterruptedException {
    return new ClusterReport(
        clusterFile.toString(), look(probe, processes), Rates.UNKNOWN, List.of());
  }

  /** What those told who were asked, without what it means. */
  public static ClusterStatus look(StatusProbe probe, List<String> processes)
      throws InterruptedException {
    return await(probe.cluster(processes));
  }

  /** Waits for what a probe promised. */
  public static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(LOOK_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new CommandFailedException(
          "the cluster cannot be looked at: " + failure, ExitCodes.UNAVAILABLE, failure);
    }
  }
}
