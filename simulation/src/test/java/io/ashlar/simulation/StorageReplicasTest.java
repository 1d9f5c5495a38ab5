package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A database whose shards have two replicas each, on five machines in zones of their own. */
class StorageReplicasTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int MACHINES = 5;
  private static final int KEYS = 40;

  private static String key(int number) {
    return (char) (2 + 250 * number / KEYS) + " key " + number;
  }

  private static void write(Scene scene, String value) {
    for (int i = 0; i < KEYS; i++) {
      scene.set(key(i), value + i);
    }
  }

  private static void expect(Scene scene, String value) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(scene.get(key(i))).isEqualTo(value + i);
    }
  }

  @Test
  void whateverMachineIsAwayEveryKeyIsReadAndWrittenByThoseThatWereAwayBeforeToo() {
    try (Scene scene = new Scene(5, MACHINES, 5, 2, MACHINES)) {
      write(scene, "first ");
      // The first machine is the one coordinator.
      for (int machine = 1; machine < MACHINES; machine++) {
        scene.kill(machine, true);
        scene.run(3 * SECOND);
        expect(scene, machine == 1 ? "first " : "without " + (machine - 1) + " ");
        write(scene, "without " + machine + " ");
        expect(scene, "without " + machine + " ");
        scene.boot(machine);
        scene.run(5 * SECOND);
      }
    }
  }
}
