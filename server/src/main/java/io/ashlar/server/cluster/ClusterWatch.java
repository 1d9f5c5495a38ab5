package io.ashlar.server.cluster;

import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.check.ClusterCheck;
import io.ashlar.server.status.ClusterLook;
import io.ashlar.server.status.ClusterReport;
import io.ashlar.server.status.Health;
import java.util.List;
import java.util.function.Predicate;

/** Looks at a cluster again and again while a check goes on, until it is as it should be. */
final class ClusterWatch implements AutoCloseable {
  /** Acknowledgements go on when the last one is no older. */
  private static final long FRESH_NANOS = 250_000_000L;

  private static final long LOOK_NANOS = 50_000_000L;

  private final LocalCluster cluster;
  private final ClusterCheck check;
  private final StatusProbe probe;
  private final long secondsMax;
  private final List<String> addresses;

  /**
   * @param check goes on already
   * @param secondsMax after which a cluster counts as one that does not come back
   */
  ClusterWatch(LocalCluster cluster, ClusterCheck check, long secondsMax) {
    this.cluster = cluster;
    this.check = check;
    this.secondsMax = secondsMax;
    probe = StatusProbe.connect(ClusterFile.read(cluster.clusterFile()));
    addresses = cluster.processes().stream().map(LocalProcess::address).toList();
  }

  static long epoch(ClusterStatus status) {
    return status.controller().number("epoch", 0);
  }

  /** One look. */
  ClusterReport look() throws InterruptedException {
    return ClusterLook.once(probe, cluster.clusterFile(), addresses);
  }

  /** Lets time pass. */
  void pause(double seconds) throws InterruptedException {
    ClusterLook.await(probe.after((long) (seconds * 1e9)));
  }

  /** Whether commits are taken and acknowledged now, as far as a look and the check can tell. */
  boolean serves(ClusterStatus look) {
    return look.controller().field("phase").equals("accepting commits")
        && look.readVersionNanos() >= 0
        && check.gapUnderWayNanos() < FRESH_NANOS;
  }

  /** Waits until there is nothing to complain of, and has not been while the clients were busy. */
  ClusterStatus awaitBusy(double seconds) throws InterruptedException {
    awaitHealthy();
    pause(seconds);
    return awaitHealthy();
  }

  /** Waits until there is nothing to complain of, and commits go on. */
  ClusterStatus awaitHealthy() throws InterruptedException {
    return awaitReport(
            "the cluster is healthy",
            look -> look.health() == Health.HEALTHY && serves(look.status()))
        .status();
  }

  /** Waits until a look shows what is wanted. */
  ClusterStatus await(String what, Predicate<ClusterStatus> holds) throws InterruptedException {
    return awaitReport(what, look -> holds.test(look.status())).status();
  }

  /**
   * The same, with what the look means.
   *
   * @throws CommandFailedException when it takes too long, or the check has found something
   */
  ClusterReport awaitReport(String what, Predicate<ClusterReport> holds)
      throws InterruptedException {
    long begunNanos = System.nanoTime();
    while (true) {
      ClusterReport look = look();
      if (holds.test(look)) {
        return look;
      }
      if (check.progress().isStopping()) {
        throw new CommandFailedException("the check has found something");
      }
      if (System.nanoTime() - begunNanos > secondsMax * 1_000_000_000L) {
        throw new CommandFailedException(
            "after " + secondsMax + " s it does not hold that " + what + ":\n" + look.text(),
            ExitCodes.FAILED);
      }
      ClusterLook.await(probe.after(LOOK_NANOS));
    }
  }

  @Override
  public void close() {
    probe.close();
  }
}
