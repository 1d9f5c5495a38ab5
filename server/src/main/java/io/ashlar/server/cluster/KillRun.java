package io.ashlar.server.cluster;

import io.ashlar.core.SeededRandom;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.check.ClusterCheck;
import java.io.IOException;
import java.util.List;

/**
 * Kills processes of a local cluster, one after the other, while a check goes on:
 *
 * <ol>
 *   <li>A look tells who has which role; one of those with the wanted role gets SIGKILL.
 *   <li>Looks go on until an epoch without it serves and commits are acknowledged again.
 *   <li>It is started again; looks go on until nothing is to be complained of.
 * </ol>
 */
final class KillRun {
  /** As a role: all processes at once. */
  static final String ALL = "all";

  private final LocalCluster cluster;
  private final ClusterCheck check;
  private final ClusterWatch watch;
  private final SeededRandom random;
  private final double busySeconds;

  /**
   * @param check goes on already
   * @param busySeconds how long clients are at work before each kill
   */
  KillRun(
      LocalCluster cluster,
      ClusterCheck check,
      ClusterWatch watch,
      SeededRandom random,
      double busySeconds) {
    this.cluster = cluster;
    this.check = check;
    this.watch = watch;
    this.random = random;
    this.busySeconds = busySeconds;
  }

  /** Kills one with that role. */
  Kill kill(String role) throws IOException, InterruptedException {
    ClusterStatus before = watch.awaitBusy(busySeconds);
    List<String> candidates = Victims.candidates(role, before);
    if (candidates.isEmpty()) {
      throw new CommandFailedException("no process has the role " + role);
    }
    String chosen = candidates.get(random.nextInt(candidates.size()));
    LocalProcess victim = cluster.at(chosen);
    check.mark();
    long killedNanos = System.nanoTime();
    victim.kill();
    return oneBack(
        role, victim, Victims.rolesOf(chosen, before), ClusterWatch.epoch(before), killedNanos);
  }

  /** Kills all of them at once. */
  Kill killAll() throws IOException, InterruptedException {
    ClusterStatus before = watch.awaitBusy(busySeconds);
    check.mark();
    long killedNanos = System.nanoTime();
    List<LocalProcess> victims = cluster.processes();
    victims.forEach(LocalProcess::destroy);
    for (LocalProcess victim : victims) {
      victim.kill();
    }
    return allBack(victims, ClusterWatch.epoch(before), killedNanos);
  }

  private Kill oneBack(
      String role, LocalProcess victim, List<String> roles, long epochBefore, long killedNanos)
      throws IOException, InterruptedException {
    ClusterStatus after =
        watch.await("the cluster has recovered", look -> servesWithout(victim.address(), look));
    long recoveredNanos = System.nanoTime() - killedNanos;
    long gapNanos = check.longestGapSinceMarkNanos();
    check.mark();
    long restartedNanos = System.nanoTime();
    victim.start(ProcessHandle.current().pid());
    watch.awaitHealthy();
    return new Kill(
        role,
        victim.number(),
        roles,
        epochBefore,
        ClusterWatch.epoch(after),
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
    ClusterStatus after = watch.awaitHealthy();
    long now = System.nanoTime();
    long gapNanos = check.longestGapSinceMarkNanos();
    return new Kill(
        ALL,
        0,
        List.of(),
        epochBefore,
        ClusterWatch.epoch(after),
        gapNanos,
        now - killedNanos,
        0,
        now - restartedNanos);
  }

  private boolean servesWithout(String process, ClusterStatus look) {
    boolean isGone =
        !look.leader().process().equals(process)
            && look.roles().stream()
                .filter(role -> role.process().equals(process))
                .allMatch(KillRun::outlivesEpochs);
    return isGone && watch.serves(look);
  }

  private static boolean outlivesEpochs(ClusterStatus.Role role) {
    return role.kind().equals("storage-server") || role.kind().equals("old-log-server");
  }
}
