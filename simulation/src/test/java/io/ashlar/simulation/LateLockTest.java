package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.ReadRegister;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The lock of an attempt that is over, held up on its way, comes to a coordinator while the epoch
 * of another lasts. The controller did nothing when its next write was refused: it had written that
 * an old generation is drained, and asked for that never again. The log servers of that generation
 * stayed for as long as nothing else ended the epoch.
 */
class LateLockTest {
  private static final long SECOND = Scene.SECOND;
  private static final RegisterGeneration LATE = new RegisterGeneration(1_000, new Uid(9, 9));

  private static int begun(Scene scene) {
    return (int)
        scene.told("RecoveryPhase").stream()
            .filter(line -> line.contains("ACCEPTING_COMMITS"))
            .count();
  }

  @Test
  void anOldGenerationIsDroppedThoughALateLockRefusesTheWriteOfIt() {
    for (long seed = 1; seed <= 4; seed++) {
      try (Scene scene = new Scene(seed, 3, 2, 1, 1)) {
        int before = begun(scene);
        scene.reboot(scene.machinesWithRole("log-server").get(0));
        for (int i = 0; begun(scene) == before; i++) {
          assertThat(i).as("milliseconds until the epoch begins").isLessThan(20_000);
          scene.run(SECOND / 1_000);
        }
        scene.tellCoordinators(set -> new ReadRegister(set.id(), LATE, false));
        scene.run(30 * SECOND);
        assertThat(scene.told("GenerationDrained")).isNotEmpty();
        assertThat(begun(scene)).as("another epoch writes").isGreaterThan(before + 1);
        TreeSet<String> logs = new TreeSet<>();
        for (int machine = 0; machine < 3; machine++) {
          for (String name : scene.disk(machine).names()) {
            if (name.startsWith("logs/")) {
              logs.add(name.split("/")[1]);
            }
          }
        }
        assertThat(logs).as("seed %d: log servers of the last generation", seed).hasSize(2);
        scene.set("key", "value");
        assertThat(scene.get("key")).isEqualTo("value");
      }
    }
  }
}
