package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Keys;
import io.ashlar.core.Setting;
import io.ashlar.message.WorkerClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The configuration is changed by transaction, while the database lives. */
class ConfigurationTest {
  @Test
  void theNextEpochHasWhatTheRowsSay() {
    try (Scene scene = new Scene(1, 3, 1, 1, 1)) {
      scene.configure(Map.of(Setting.LOGS, 3, Setting.REPLICATION, 2, Setting.RESOLVERS, 2));
      scene.run(5 * Scene.SECOND);
      assertThat(scene.machinesWithRole("log-server")).hasSize(3);
      assertThat(scene.machinesWithRole("resolver")).hasSize(2);
      assertThat(scene.get(Setting.LOGS.presentKey())).isEqualTo("3");
      assertThat(scene.get(Keys.CONF_WAITS)).isNull();
      scene.set("key", "value");
      assertThat(scene.get("the first key")).isEqualTo("value");
      int epochs = scene.told("ViewPublished").size();
      scene.configure(Map.of(Setting.LOGS, 3));
      scene.run(5 * Scene.SECOND);
      assertThat(scene.told("ViewPublished")).hasSize(epochs);
    }
  }

  @Test
  void whatNeedsMoreZonesThanThereAreWaitsForThem() {
    List<PlannedWorker> workers = new ArrayList<>(List.of(PlannedWorker.alone(1, 0)));
    for (int i = 1; i < 4; i++) {
      // These get no storage servers, so that two can be away and everything is there.
      workers.add(PlannedWorker.alone(i + 1, i).ofClass(WorkerClass.LOG));
    }
    try (Scene scene = new Scene(2, workers, 1, 1, 0, 1)) {
      List<Integer> away = new ArrayList<>(List.of(1, 2, 3));
      away.removeAll(scene.machinesWithRole("log-server"));
      away.removeAll(scene.machinesWithRole("storage-server"));
      int first = away.get(0);
      int second = away.get(1);
      scene.kill(first, false);
      scene.kill(second, false);
      scene.run(3 * Scene.SECOND);
      scene.set("before", "value");
      scene.configure(Map.of(Setting.LOGS, 3, Setting.REPLICATION, 3));
      scene.run(5 * Scene.SECOND);
      scene.set("meanwhile", "value");
      assertThat(scene.told("ConfigurationChanged")).isEmpty();
      assertThat(scene.get(Setting.LOGS.key())).isEqualTo("3");
      assertThat(scene.get(Setting.LOGS.presentKey())).isEqualTo("1");
      assertThat(scene.get(Keys.CONF_WAITS)).contains("zones");
      scene.boot(first);
      scene.run(5 * Scene.SECOND);
      assertThat(scene.told("ConfigurationChanged")).hasSize(1);
      assertThat(scene.machinesWithRole("log-server")).hasSize(3).contains(first);
      assertThat(scene.get(Setting.LOGS.presentKey())).isEqualTo("3");
      assertThat(scene.get(Keys.CONF_WAITS)).isNull();
      assertThat(scene.get("before")).isEqualTo("value");
      assertThat(scene.get("meanwhile")).isEqualTo("value");
    }
  }

  @Test
  void settingsThatDoNotGoTogetherChangeNothing() {
    try (Scene scene = new Scene(3, 3, 1, 1, 1)) {
      scene.configure(Map.of(Setting.REPLICATION, 2, Setting.ANTI_QUORUM, 1));
      scene.run(5 * Scene.SECOND);
      scene.set("meanwhile", "value");
      assertThat(scene.told("ConfigurationChanged")).isEmpty();
      scene.configure(Map.of(Setting.REPLICATION, 2, Setting.ANTI_QUORUM, 0, Setting.LOGS, 2));
      scene.run(5 * Scene.SECOND);
      assertThat(scene.told("ConfigurationChanged")).hasSize(1);
      assertThat(scene.get("meanwhile")).isEqualTo("value");
    }
  }

  /**
   * A wish counted workers that are excluded, and the epoch that began for it did not: epoch after
   * epoch ended as soon as its workers had registered, for as long as the wish was there.
   */
  @Test
  void aWishThatOnlyExcludedWorkersCouldMeetEndsNoEpoch() {
    try (Scene scene = new Scene(3, 3, 2, 2, 2)) {
      scene.exclude(2);
      scene.runUntilMoved();
      scene.configure(Map.of(Setting.LOGS, 3, Setting.REPLICATION, 3));
      scene.run(20 * Scene.SECOND);
      assertThat(scene.get(Keys.CONF_WAITS)).contains("zones");
      int phases = scene.told("RecoveryPhase").size();
      for (int i = 0; i < 3; i++) {
        scene.kill(2, false);
        scene.run(5 * Scene.SECOND);
        scene.boot(2);
        scene.run(5 * Scene.SECOND);
      }
      assertThat(scene.told("WorkerStarted")).hasSizeGreaterThan(5);
      assertThat(scene.told("RecoveryPhase")).hasSize(phases);
      scene.includeAll();
      scene.run(10 * Scene.SECOND);
      assertThat(scene.get(Setting.REPLICATION.presentKey())).isEqualTo("3");
    }
  }
}
