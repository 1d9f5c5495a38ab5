package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.control.CoordinatorOptions;
import io.ashlar.core.Limits;
import io.ashlar.proxy.CommitProxyOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * For how long nobody's commit is acknowledged when a process of a cluster dies or stands still:
 * five processes, double replication, the processes die one after another. Each time there is one
 * epoch, and the time is that of noticing it and little more.
 */
class KilledRolesTest {
  private static final long SECOND = Scene.SECOND;
  private static final long MILLIS = SECOND / 1_000;
  private static final int MACHINES = 5;
  private static final int COMMITTERS = 10;
  private static final String CONTROLLER = "cluster-controller";

  /** What ends an epoch, each with the process it is in. */
  private static final List<String> PIPELINE =
      List.of("sequencer", "resolver", "commit-proxy", "read-version-proxy", "log-server");

  /** Locking, recruiting, reading, writing, and the clients' first commits. */
  private static final long RECOVERY_NANOS = 50 * MILLIS;

  private static final long BROKEN_NANOS =
      ControllerOptions.defaults().pingIntervalNanos() + RECOVERY_NANOS;
  private static final long SILENT_NANOS =
      BROKEN_NANOS + ControllerOptions.defaults().silenceNanos();

  /** The coordinators promise a lease and a half, and then look a tick later. */
  private static final long LEADERLESS_NANOS =
      CoordinatorOptions.defaults().holdNanos()
          + CoordinatorOptions.defaults().tickNanos()
          + RECOVERY_NANOS;

  private long lastNanos;
  private long longestNanos;
  private boolean commits;

  private static Scene scene(long seed) {
    ClusterConfiguration configuration =
        new ClusterConfiguration(1, 1, 1, 3, MACHINES, 2, 0, Limits.WINDOW_VERSIONS);
    return new Scene(
        seed, Scene.anyRole(MACHINES), configuration, 3, CommitProxyOptions.defaults());
  }

  private static int epochs(Scene scene) {
    return scene.told("ViewPublished").stream()
        .filter(line -> line.contains("sequence, 1]"))
        .toList()
        .size();
  }

  private void commitAgainAndAgain(Scene scene, int committer, int number) {
    byte[] key = ("committer " + committer).getBytes(StandardCharsets.UTF_8);
    byte[] value = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    scene
        .begin(
            database ->
                database.runAsync(
                    transaction -> {
                      transaction.options().setTimeout(0);
                      return transaction.get(key).thenAccept(before -> transaction.set(key, value));
                    }))
        .thenRun(
            () -> {
              longestNanos = Math.max(longestNanos, scene.world.nowNanos() - lastNanos);
              lastNanos = scene.world.nowNanos();
              if (commits) {
                commitAgainAndAgain(scene, committer, number + 1);
              }
            });
  }

  /** The longest time without an acknowledgement around something that happens. */
  private long gap(Scene scene, Runnable happens, long forNanos) {
    commits = true;
    lastNanos = scene.world.nowNanos();
    for (int i = 0; i < COMMITTERS; i++) {
      commitAgainAndAgain(scene, i, 0);
    }
    scene.run(100 * MILLIS);
    longestNanos = 0;
    happens.run();
    scene.run(forNanos);
    commits = false;
    scene.run(100 * MILLIS);
    assertThat(scene.world.nowNanos() - lastNanos).as("it goes on").isLessThan(100 * MILLIS);
    return longestNanos;
  }

  /** A machine with the role and, unless it is that of the controller, without the controller. */
  private static int machineWith(Scene scene, String role) {
    List<Integer> machines = new ArrayList<>(scene.machinesWithRole(role));
    if (!role.equals(CONTROLLER)) {
      machines.removeAll(scene.machinesWithRole(CONTROLLER));
    }
    return machines.isEmpty() ? -1 : machines.get(0);
  }

  @Test
  void eachKillCostsOneEpochAndTheTimeOfNoticingIt() {
    TreeSet<String> killed = new TreeSet<>();
    for (long seed = 1; seed <= 2; seed++) {
      try (Scene scene = scene(seed)) {
        for (String role : PIPELINE) {
          int victim = machineWith(scene, role);
          if (victim < 0) {
            continue; // It is where the controller is.
          }
          killed.add(role);
          int before = epochs(scene);
          long gapNanos = gap(scene, () -> scene.kill(victim, false), SECOND);
          assertThat(epochs(scene) - before)
              .as("epochs for a %s, seed %d", role, seed)
              .isEqualTo(1);
          assertThat(gapNanos).as("gap for a %s, seed %d", role, seed).isLessThan(BROKEN_NANOS);
          scene.boot(victim);
          scene.run(SECOND);
        }
      }
    }
    assertThat(killed).containsExactlyInAnyOrderElementsOf(PIPELINE);
  }

  @Test
  void theControllersDeathCostsOneEpochAndTheRestOfItsLease() {
    for (long seed = 1; seed <= 2; seed++) {
      try (Scene scene = scene(seed)) {
        int before = epochs(scene);
        int victim = machineWith(scene, CONTROLLER);
        long gapNanos = gap(scene, () -> scene.kill(victim, false), 4 * SECOND);
        assertThat(epochs(scene) - before).as("seed %d", seed).isEqualTo(1);
        assertThat(gapNanos).as("seed %d", seed).isLessThan(LEADERLESS_NANOS);
      }
    }
  }

  @Test
  void aProcessThatStandsStillCostsOneEpochAndASecondMore() {
    for (String role : PIPELINE) {
      try (Scene scene = scene(3)) {
        int victim = machineWith(scene, role);
        if (victim < 0) {
          continue;
        }
        int before = epochs(scene);
        long gapNanos = gap(scene, () -> scene.pause(victim, 3 * SECOND), 6 * SECOND);
        assertThat(epochs(scene) - before).as("epochs for a %s", role).isEqualTo(1);
        assertThat(gapNanos).as("gap for a %s", role).isLessThan(SILENT_NANOS);
      }
    }
  }

  /** It had been given a role a moment before: the attempt waited ten seconds for it. */
  @Test
  void aProcessThatStandsStillWhenItIsGivenARoleIsLookedPastAfterASecond() {
    try (Scene scene = scene(4)) {
      int killed = machineWith(scene, "commit-proxy");
      TreeSet<Integer> others = new TreeSet<>(List.of(0, 1, 2, 3, 4));
      others.removeAll(scene.machinesWithRole(CONTROLLER));
      others.remove(killed);
      int before = epochs(scene);
      long gapNanos =
          gap(
              scene,
              () -> {
                scene.kill(killed, false);
                scene.runUntilTold("PipelineFailed");
                scene.pause(others.last(), 5 * SECOND);
              },
              4 * SECOND);
      assertThat(epochs(scene) - before).isEqualTo(1);
      assertThat(scene.told("RecoveryEnded").toString()).contains("is silent");
      assertThat(gapNanos).isLessThan(SILENT_NANOS + 2 * ControllerOptions.defaults().retryNanos());
    }
  }

  /** When the controller went on, all workers looked as if they had been silent for a second. */
  @Test
  void aPauseOfTheControllerWhileItRecruitsIsNotTakenForTheSilenceOfOthers() {
    int went = 0;
    for (long seed = 1; seed <= 6; seed++) {
      try (Scene scene = scene(seed)) {
        int controller = machineWith(scene, CONTROLLER);
        int killed = machineWith(scene, "sequencer");
        if (killed < 0) {
          continue;
        }
        int before = scene.told("RecoveryStarted").size();
        scene.kill(killed, false);
        while (!isRecruiting(scene)) {
          scene.run(MILLIS / 50);
        }
        scene.pause(controller, 1_050 * MILLIS);
        scene.run(5 * SECOND);
        assertThat(scene.told("RecoveryEnded").toString()).doesNotContain("is silent");
        went += scene.told("RecoveryStarted").size() == before + 1 ? 1 : 0;
      }
    }
    assertThat(went).isPositive();
  }

  private static boolean isRecruiting(Scene scene) {
    List<String> phases = scene.told("RecoveryPhase");
    return phases.get(phases.size() - 1).contains("to, RECRUITING");
  }
}
