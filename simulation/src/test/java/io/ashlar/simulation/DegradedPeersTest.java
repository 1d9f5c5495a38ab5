package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.core.Limits;
import io.ashlar.message.WorkerClass;
import io.ashlar.proxy.CommitProxyOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Two processes of an epoch do not reach each other, or only after long, while the controller and
 * all others reach both: nothing is silent, and commits stood still for as long as that lasted.
 */
class DegradedPeersTest {
  private static final long SECOND = Scene.SECOND;
  private static final long MILLIS = SECOND / 1_000;
  private static final long LONG = 600 * SECOND;

  /** Three questions that nobody answers, two seconds of being told so, and a recovery. */
  private static final long NOTICED_NANOS = 7 * SECOND;

  /** For a slow link the middle one of five must be late. */
  private static final long SLOW_NOTICED_NANOS = 9 * SECOND;

  private static Scene scene(long seed, int machines, int copies) {
    ClusterConfiguration configuration =
        new ClusterConfiguration(1, 1, 1, copies, copies, copies, 0, Limits.WINDOW_VERSIONS);
    return new Scene(
        seed, Scene.anyRole(machines), configuration, 1, CommitProxyOptions.defaults());
  }

  private static int only(Scene scene, String role) {
    List<Integer> machines = scene.machinesWithRole(role);
    assertThat(machines).hasSize(1);
    return machines.get(0);
  }

  private static int epochs(Scene scene) {
    return scene.told("ViewPublished").stream()
        .filter(line -> line.contains("sequence, 1]"))
        .toList()
        .size();
  }

  private static void separate(Scene scene, int one, int other) {
    scene.world.network().hold(name(scene, one), name(scene, other), LONG);
    scene.world.network().hold(name(scene, other), name(scene, one), LONG);
  }

  private static String name(Scene scene, int machine) {
    return scene.process(machine).name();
  }

  /** Commits now and then for so long, and gives the longest time that took. */
  private static long longestCommit(Scene scene, long nanos) {
    long end = scene.world.nowNanos() + nanos;
    long longest = 0;
    for (int i = 0; scene.world.nowNanos() < end; i++) {
      long before = scene.world.nowNanos();
      scene.set("key", "value " + i);
      longest = Math.max(longest, scene.world.nowNanos() - before);
      scene.run(200 * MILLIS);
    }
    return longest;
  }

  @Test
  void oneEpochGoesAroundALinkThatIsDeadAndNoOtherFollows() {
    for (String role : List.of("resolver", "sequencer", "log-server")) {
      for (long seed = 1; seed <= 2; seed++) {
        try (Scene scene = scene(seed, 5, 2)) {
          int proxy = only(scene, "commit-proxy");
          List<Integer> others = new ArrayList<>(scene.machinesWithRole(role));
          others.remove((Integer) proxy);
          if (others.isEmpty()) {
            continue;
          }
          int before = epochs(scene);
          separate(scene, proxy, others.get(0));
          assertThat(longestCommit(scene, 20 * SECOND))
              .as("%s, seed %d", role, seed)
              .isBetween(SECOND, NOTICED_NANOS);
          assertThat(epochs(scene)).as("%s, seed %d", role, seed).isEqualTo(before + 1);
          assertThat(longestCommit(scene, 60 * SECOND)).isLessThan(SECOND);
          assertThat(epochs(scene)).as("%s, seed %d", role, seed).isEqualTo(before + 1);
        }
      }
    }
  }

  @Test
  void oneEpochGoesAroundALinkThatIsMuchSlowerThanOthers() {
    try (Scene scene = scene(1, 5, 2)) {
      int proxy = only(scene, "commit-proxy");
      int resolver = only(scene, "resolver");
      assertThat(resolver).isNotEqualTo(proxy);
      int before = epochs(scene);
      scene.world.network().slow(name(scene, proxy), name(scene, resolver), 400 * MILLIS, LONG);
      longestCommit(scene, SLOW_NOTICED_NANOS);
      assertThat(epochs(scene)).isEqualTo(before + 1);
      assertThat(scene.told("PeersDegraded").toString()).contains("is left out");
      assertThat(longestCommit(scene, 30 * SECOND)).isLessThan(150 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(before + 1);
    }
  }

  /** Three zones for three copies: nobody can be left out, but the proxies can be elsewhere. */
  @Test
  void whereAllZonesAreNeededTheProxiesGoWhereTheyReachAll() {
    int scenes = 0;
    for (long seed = 1; seed <= 8; seed++) {
      try (Scene scene = scene(seed, 3, 3)) {
        int proxy = only(scene, "commit-proxy");
        int controller = only(scene, "cluster-controller");
        if (proxy == controller) {
          continue;
        }
        scenes++;
        int other = 3 - proxy - controller;
        int before = epochs(scene);
        separate(scene, proxy, other);
        longestCommit(scene, 20 * SECOND);
        assertThat(only(scene, "commit-proxy")).as("seed %d", seed).isEqualTo(controller);
        int after = epochs(scene);
        assertThat(after).as("seed %d", seed).isBetween(before + 1, before + 2);
        assertThat(longestCommit(scene, 30 * SECOND)).isLessThan(SECOND);
        assertThat(epochs(scene)).as("seed %d", seed).isEqualTo(after);
      }
    }
    assertThat(scenes).isPositive();
  }

  /** Two processes have the copies of the log, and the third may have neither these nor proxies. */
  @Test
  void whereThereIsNoWayAroundTheEpochGoesOnAndStatusTellsOfTheLink() {
    List<PlannedWorker> machines = new ArrayList<>(Scene.anyRole(2));
    machines.add(0, PlannedWorker.alone(3, 2).ofClass(WorkerClass.STORAGE));
    try (Scene scene = new Scene(5, machines, 2, 2, 0, 2)) {
      assertThat(only(scene, "cluster-controller")).isZero();
      int before = epochs(scene);
      scene.world.network().slow(name(scene, 1), name(scene, 2), 300 * MILLIS, LONG);
      longestCommit(scene, 30 * SECOND);
      assertThat(epochs(scene)).isEqualTo(before);
      assertThat(scene.look().controller().fields("degraded"))
          .hasSize(1)
          .allMatch(told -> told.endsWith(" ms"));
    }
  }

  /** A clog of a second or two, and a process that stands still, are no matter of a link. */
  @Test
  void whatLastsShortlyIsNoReason() {
    int scenes = 0;
    for (long seed = 1; seed <= 8 && scenes < 2; seed++) {
      try (Scene scene = scene(seed, 5, 2)) {
        int proxy = only(scene, "commit-proxy");
        int resolver = only(scene, "resolver");
        int controller = only(scene, "cluster-controller");
        if (proxy == resolver || proxy == controller || resolver == controller) {
          continue;
        }
        scenes++;
        int before = epochs(scene);
        for (int i = 0; i < 5; i++) {
          scene.world.network().hold(name(scene, proxy), name(scene, resolver), 2 * SECOND);
          longestCommit(scene, 4 * SECOND);
        }
        assertThat(epochs(scene)).as("seed %d", seed).isEqualTo(before);
        assertThat(scene.told("PeersDegraded")).isEmpty();
      }
    }
    assertThat(scenes).isEqualTo(2);
  }
}
