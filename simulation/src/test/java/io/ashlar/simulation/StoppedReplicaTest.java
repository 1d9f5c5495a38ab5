package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads of shards with two replicas, of which one stops: the other one answers. */
class StoppedReplicaTest {
  private static final long SECOND = Scene.SECOND;
  private static final long MILLIS = SECOND / 1_000;
  private static final int MACHINES = 8;
  private static final int STORAGES = 3;
  private static final int KEYS = 40;
  private static final List<String> OTHERS =
      List.of(
          "cluster-controller",
          "sequencer",
          "resolver",
          "commit-proxy",
          "read-version-proxy",
          "log-server");

  private static Scene scene(long seed) {
    Scene scene = new Scene(seed, MACHINES, 2, 2, STORAGES);
    for (int i = 0; i < KEYS; i++) {
      scene.set(key(i), "value " + i);
    }
    return scene;
  }

  /** Spread over all that keys may begin with, so that each server has many. */
  private static String key(int number) {
    return (char) (' ' + 2 * number) + " key";
  }

  /** A machine with a storage server and no role that an epoch ends with. */
  private static int storageAlone(Scene scene) {
    List<Integer> found = new ArrayList<>(scene.machinesWithRole("storage-server"));
    OTHERS.forEach(role -> found.removeAll(scene.machinesWithRole(role)));
    assertThat(found).isNotEmpty();
    return found.get(0);
  }

  private static long longestRead(Scene scene, long nanos) {
    long end = scene.world.nowNanos() + nanos;
    long longest = 0;
    for (int i = 0; scene.world.nowNanos() < end; i++) {
      long before = scene.world.nowNanos();
      assertThat(scene.get(key(i % KEYS))).isEqualTo("value " + i % KEYS);
      longest = Math.max(longest, scene.world.nowNanos() - before);
      scene.run(10 * MILLIS);
    }
    return longest;
  }

  @Test
  void readsGoOnWhileAReplicaIsPausedAndWhenItGoesOn() {
    try (Scene scene = scene(1)) {
      assertThat(longestRead(scene, 3 * SECOND)).isLessThan(50 * MILLIS);
      int paused = storageAlone(scene);
      scene.pause(paused, 10 * SECOND);
      assertThat(longestRead(scene, 9 * SECOND)).isLessThan(300 * MILLIS);
      // It goes on, has to catch up, and holds up no read then.
      assertThat(longestRead(scene, 3 * SECOND)).isLessThan(300 * MILLIS);
      assertThat(longestRead(scene, 3 * SECOND)).isLessThan(50 * MILLIS);
    }
  }

  @Test
  void readsGoOnWhenAReplicaIsKilled() {
    try (Scene scene = scene(2)) {
      longestRead(scene, 3 * SECOND);
      scene.kill(storageAlone(scene), true);
      assertThat(longestRead(scene, 9 * SECOND)).isLessThan(300 * MILLIS);
    }
  }
}
