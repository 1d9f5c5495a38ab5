package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a storage server leaves on its disk once all that it had is elsewhere: nothing. */
class DroppedStorageTest {
  private static final long SECOND = Scene.SECOND;
  private static final long STEP = SECOND / 1_500;
  private static final int MACHINES = 4;
  private static final String DROPPED = "StorageServerDropped";

  private static Scene scene(long seed) {
    return new Scene(seed, MACHINES, 2, 2, 4);
  }

  /** One with storage and without the controller. */
  private static int victim(Scene scene) {
    for (int i = 0; i < MACHINES; i++) {
      boolean isFree = !scene.machinesWithRole("cluster-controller").contains(i);
      if (isFree && hasStorage(scene, i)) {
        return i;
      }
    }
    throw new AssertionError("nobody has storage");
  }

  private static boolean hasStorage(Scene scene, int machine) {
    return scene.machinesWith("storages/").contains(machine)
        || scene.machine(machine).keepsSomething();
  }

  @Test
  void anExcludedServerGoesWithItsFilesOnceItHasNothing() {
    try (Scene scene = scene(1)) {
      int victim = victim(scene);
      scene.set("key", "value");
      scene.exclude(victim);
      scene.runUntilTold(DROPPED);
      scene.run(SECOND);
      assertThat(hasStorage(scene, victim)).isFalse();
      assertThat(scene.machinesWithRole("storage-server")).doesNotContain(victim);
      scene.reboot(victim);
      scene.run(2 * SECOND);
      assertThat(hasStorage(scene, victim)).isFalse();
      assertThat(scene.get("key")).isEqualTo("value");
    }
  }

  /** It is another one, with nothing of the first. */
  @Test
  void whoIsIncludedAgainGetsAnotherServer() {
    try (Scene scene = scene(2)) {
      int victim = victim(scene);
      scene.set("key", "value");
      scene.exclude(victim);
      scene.runUntilTold(DROPPED);
      scene.run(SECOND);
      scene.includeAll();
      scene.runUntilMoved();
      assertThat(scene.machinesWithRole("storage-server")).contains(victim);
      assertThat(scene.told(DROPPED)).hasSize(1);
      assertThat(scene.get("key")).isEqualTo("value");
    }
  }

  @Test
  void aCrashAtAnyStepOfDroppingLeavesNothingInTheNextLife() {
    int later = 0;
    for (int step = 0; step < 4; step++) {
      try (Scene scene = scene(3)) {
        int victim = victim(scene);
        scene.set("key", "value");
        scene.exclude(victim);
        scene.runUntilTold(DROPPED);
        scene.run(1 + step * STEP);
        scene.kill(victim, step % 2 == 0);
        later += hasStorage(scene, victim) ? 1 : 0;
        scene.boot(victim);
        scene.run(3 * SECOND);
        assertThat(hasStorage(scene, victim)).as("step %d", step).isFalse();
        assertThat(scene.machinesWithRole("storage-server")).doesNotContain(victim);
        assertThat(scene.get("key")).isEqualTo("value");
      }
    }
    assertThat(later).as("left to the next life").isPositive();
  }

  /** It hears of the epoch that does without it only in its next life. */
  @Test
  void oneThatIsAwayWhenItIsTakenAwayDropsItsFilesWhenItIsBack() {
    try (Scene scene = scene(4)) {
      scene.configure(Map.of(Setting.STORAGE_REPLICATION, 2));
      int victim = victim(scene);
      scene.exclude(victim);
      scene.runUntilTold("StorageLeft");
      scene.kill(victim, false);
      scene.run(2 * SECOND);
      assertThat(hasStorage(scene, victim)).isTrue();
      scene.boot(victim);
      scene.run(3 * SECOND);
      assertThat(hasStorage(scene, victim)).isFalse();
    }
  }
}
