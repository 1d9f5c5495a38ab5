package io.ashlar.server.cluster;

import io.ashlar.core.SeededRandom;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.check.ClusterCheck;
import io.ashlar.server.status.ClusterLook;
import io.ashlar.server.status.ClusterReport;
import io.ashlar.server.status.Health;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Kills processes of a local cluster, one after the other, while a check goes on:
 *
 * <ol>
 *   <li>A look tells who has which role; one of those with the wanted role gets SIGKILL.
 *   <li>Looks go on until an epoch without it serves and commits are acknowledged again.
 *   <li>It is started again; looks go on until nothing is to be complained of.
 * </ol>
 */
final class KillRun implements AutoCloseable {
  /** As a role: all processes at once. */
  static final String ALL = "all";

  /** Acknowledgements go on when the last one is no older. */
  private static final long FRESH_NANOS = 250_000_000L;

  private static final long LOOK_NANOS = 50_000_000L;

  private final LocalCluster cluster;
  private final ClusterCheck check;
  private final StatusProbe probe;
  private final SeededRandom random;
  private final long recoverySecondsMax;
  private final List<String> addresses;

  /**
   * @param check goes on already
   * @param recoverySecondsMax after which a cluster counts as one that does not come back
   */
  KillRun(LocalCluster cluster, ClusterCheck check, SeededRandom random, long recoverySecondsMax) {
    this.cluster = cluster;
    this.check = check;
    this.random = random;
    this.recoverySecondsMax = recoverySecondsMax;
    probe = StatusProbe.connect(ClusterFile.read(cluster.clusterFile()));
    addresses = cluster.processes().stream().map(LocalProcess::address).toList();
  }

  /** Kills one with that role, or all. */
  Kill kill(String role) throws IOException, InterruptedException {
    ClusterStatus before = awaitHealthy();
    List<LocalProcess> victims = new ArrayList<>();
    List<String> roles = List.of();
    if (role.equals(ALL)) {
      victims.addAll(cluster.processes());
    } else {
      List<String> candidates = Victims.candidates(role, before);
      if (candidates.isEmpty()) {
        throw new CommandFailedException("no process has the role " + role);
      }
      String chosen = candidates.get(random.nextInt(candidates.size()));
      victims.add(cluster.process(addresses.indexOf(chosen) + 1));
      roles = Victims.rolesOf(chosen, before);
    }
    check.mark();
    long killedNanos = System.nanoTime();
    for (LocalProcess victim : victims) {
      victim.destroy();
    }
    for (LocalProcess victim : victims) {
      victim.kill();
    }
    return role.equals(ALL)
        ? allBack(victims, epoch(before), killedNanos)
        : oneBack(role, victims.get(0), roles, epoch(before), killedNanos);
  }

  private Kill oneBack(
      String role, LocalProcess victim, List<String> roles, long epochBefore, long killedNanos)
      throws IOException, InterruptedException {
    ClusterStatus after =
        await("the cluster has recovered", look -> servesWithout(victim.address(), look)).status();
    long recoveredNanos = System.nanoTime() - killedNanos;
    long gapNanos = check.longestGapSinceMarkNanos();
    check.mark();
    long restartedNanos = System.nanoTime();
    victim.start(ProcessHandle.current().pid());
    awaitHealthy();
    return new Kill(
        role,
        victim.number(),
        roles,
        epochBefore,
        epoch(after),
        gapNanos,
        recoveredNanos,
        check.longestGapSinceMarkNanos(),
        System.nanoTime() - restartedNanos);
  }

  private Kill allBack(List<LocalProcess> victims, long epochBefore, long killedNanos)
      throws IOException, InterruptedException {
    long restartedNanos = System.nanoTime();
    for (LocalProcess victim : victims) {
      victim.start(ProcessHandle.current().pid());
    }
    ClusterStatus after = awaitHealthy();
    long now = System.nanoTime();
    long gapNanos = check.longestGapSinceMarkNanos();
    return new Kill(
        ALL,
        0,
        List.of(),
        epochBefore,
        epoch(after),
        gapNanos,
        now - killedNanos,
        0,
        now - restartedNanos);
  }

  private static long epoch(ClusterStatus status) {
    return status.controller().number("epoch", 0);
  }

  private boolean servesWithout(String process, ClusterReport look) {
    ClusterStatus status = look.status();
    boolean isGone =
        !status.leader().process().equals(process)
            && status.roles().stream()
                .filter(role -> role.process().equals(process))
                .allMatch(KillRun::outlivesEpochs);
    boolean serves =
        status.controller().field("phase").equals("accepting commits")
            && status.readVersionNanos() >= 0;
    return isGone && serves && check.gapUnderWayNanos() < FRESH_NANOS;
  }

  private static boolean outlivesEpochs(ClusterStatus.Role role) {
    return role.kind().equals("storage-server") || role.kind().equals("old-log-server");
  }

  /** Waits until there is nothing to complain of, and commits go on. */
  ClusterStatus awaitHealthy() throws InterruptedException {
    return await(
            "the cluster is healthy",
            look -> look.health() == Health.HEALTHY && check.gapUnderWayNanos() < FRESH_NANOS)
        .status();
  }

  private ClusterReport await(String what, Predicate<ClusterReport> holds)
      throws InterruptedException {
    long begunNanos = System.nanoTime();
    while (true) {
      ClusterReport look = ClusterLook.once(probe, cluster.clusterFile(), addresses);
      if (holds.test(look)) {
        return look;
      }
      if (check.progress().isStopping()) {
        throw new CommandFailedException("the check has found something");
      }
      if (System.nanoTime() - begunNanos > recoverySecondsMax * 1_000_000_000L) {
        throw new CommandFailedException(
            "after "
                + recoverySecondsMax
                + " s it does not hold that "
                + what
                + ":\n"
                + look.text(),
            ExitCodes.FAILED);
      }
      probe.after(LOOK_NANOS).join();
    }
  }

  @Override
  public void close() {
    probe.close();
  }
}
