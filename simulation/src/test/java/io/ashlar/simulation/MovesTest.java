package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.core.Setting;
import io.ashlar.proxy.CommitProxyOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shards move between storage servers, while the database lives. */
class MovesTest {
  private static void setSome(Scene scene) {
    for (char first = 'a'; first <= 'z'; first++) {
      scene.set("" + first, "value " + first);
    }
  }

  private static void checkSome(Scene scene) {
    for (char first = 'a'; first <= 'z'; first++) {
      assertThat(scene.get("" + first)).isEqualTo("value " + first);
    }
  }

  @Test
  void copiesAreLetGoAndMadeAgainAndThenAnyMachineMayDie() {
    try (Scene scene = new Scene(1, 3, 3, 2, 3)) {
      setSome(scene);
      scene.configure(Map.of(Setting.STORAGE_REPLICATION, 1));
      scene.runUntilMoved();
      checkSome(scene);
      long before = scene.world.nowNanos();
      scene.configure(Map.of(Setting.STORAGE_REPLICATION, 2));
      scene.runUntilMoved();
      // A window passes before one is safe at its newcomer: 32 at once took 60 s for all of them.
      assertThat(scene.world.nowNanos() - before).isLessThan(50 * Scene.SECOND);
      setSome(scene);
      scene.kill(2, true);
      checkSome(scene);
      scene.boot(2);
      scene.run(10 * Scene.SECOND);
      scene.kill(1, true);
      checkSome(scene);
    }
  }

  @Test
  void everyWorkerGetsAStorageServerAndItsPartOfTheShards() {
    try (Scene scene = new Scene(2, 3, 3, 2, 1)) {
      setSome(scene);
      scene.runUntilMoved();
      assertThat(scene.machinesWithRole("storage-server")).containsExactly(0, 1, 2);
      checkSome(scene);
      scene.configure(Map.of(Setting.STORAGE_REPLICATION, 2));
      scene.runUntilMoved();
      scene.kill(2, true);
      checkSome(scene);
    }
  }

  @Test
  void whoIsExcludedHasNothingAndCanBeTakenAwayAndComeBack() {
    try (Scene scene = new Scene(4, 4, 3, 2, 4)) {
      setSome(scene);
      scene.exclude(2);
      scene.runUntilMoved();
      scene.run(10 * Scene.SECOND);
      assertThat(scene.look().controller().fields("excluded"))
          .singleElement()
          .asString()
          .endsWith(" 0 0");
      assertThat(scene.look().view().storages()).hasSize(3);
      assertThat(scene.look().view().generations()).hasSize(1);
      scene.kill(2, true);
      scene.run(5 * Scene.SECOND);
      checkSome(scene);
      scene.kill(3, true);
      checkSome(scene);
      setSome(scene);
      scene.boot(3);
      scene.boot(2);
      scene.includeAll();
      scene.runUntilMoved();
      assertThat(scene.look().view().storages()).hasSize(4);
      checkSome(scene);
    }
  }

  /**
   * The last that the log had for it was never popped, and nothing that came later could be deleted
   * as long as the epoch lasted.
   */
  @Test
  void whoIsLostIsTakenAwayOnceOthersHaveItsShardsAndTheLogGoes() {
    try (Scene scene = new Scene(7, 4, 3, 2, 4)) {
      setSome(scene);
      scene.kill(3, true);
      setSome(scene);
      scene.run(ControllerOptions.defaults().moves().lostNanos() + 5 * Scene.SECOND);
      scene.runUntilMoved();
      scene.run(10 * Scene.SECOND);
      assertThat(scene.told("StorageLeft")).hasSize(1);
      assertThat(scene.look().view().storages()).hasSize(3);
      assertThat(scene.look().view().generations()).hasSize(1);
      checkSome(scene);
      scene.kill(2, true);
      checkSome(scene);
      scene.boot(2);
      scene.boot(3);
      scene.run(10 * Scene.SECOND);
      scene.runUntilMoved();
      // It is another one, with nothing of the first.
      assertThat(scene.told("StorageServerDropped")).hasSize(1);
      assertThat(scene.machinesWithRole("storage-server")).containsExactly(0, 1, 2, 3);
      assertThat(scene.look().view().storages()).hasSize(4);
      scene.kill(1, true);
      checkSome(scene);
      setSome(scene);
    }
  }

  /** Then two copies of some shards are in one zone, whatever the state says of their servers. */
  @Test
  void copiesAreApartAgainAfterADiskHasComeIntoAnotherZone() {
    List<PlannedWorker> machines =
        List.of(
            PlannedWorker.alone(1, 0),
            PlannedWorker.alone(2, 1),
            PlannedWorker.alone(3, 1),
            PlannedWorker.alone(4, 2));
    try (Scene scene = new Scene(5, machines, 3, 2, 0, 4)) {
      setSome(scene);
      scene.runUntilMoved();
      scene.kill(1, true);
      scene.kill(3, true);
      scene.machine(1).exchange(scene.machine(3));
      scene.boot(1);
      scene.boot(3);
      scene.run(10 * Scene.SECOND);
      scene.runUntilMoved();
      scene.kill(1, true);
      scene.kill(2, true);
      scene.run(5 * Scene.SECOND);
      checkSome(scene);
      setSome(scene);
    }
  }

  private static long finished(Scene scene) {
    return scene.told("ShardStep").stream().filter(step -> step.contains("FINISH")).count();
  }

  /** Whoever has given a shard away keeps nothing of it, so whoever got it must not lose it. */
  @Test
  void aShardIsWhereItHasMovedToWhenThePowerFailsThereAtThatMoment() {
    ClusterConfiguration oneCopy =
        new ClusterConfiguration(1, 1, 1, 3, 3, 2, 0, 1, 3, Limits.WINDOW_VERSIONS);
    CommitProxyOptions proxies = CommitProxyOptions.defaults();
    try (Scene scene = new Scene(6, Scene.anyRole(3), oneCopy, 1, proxies)) {
      setSome(scene);
      scene.exclude(2);
      long before = finished(scene);
      while (finished(scene) == before) {
        scene.runUntilTold("ShardStep");
      }
      scene.run(Scene.SECOND);
      scene.kill(0, true);
      scene.kill(1, true);
      scene.run(10 * Scene.SECOND);
      scene.boot(0);
      scene.boot(1);
      scene.run(10 * Scene.SECOND);
      checkSome(scene);
    }
  }

  @Test
  void nobodyMovesAnythingOnceALaterMoverHasTheLock() {
    try (Scene scene = new Scene(3, 3, 3, 2, 3)) {
      // Of epoch 100.
      byte[] lock = new byte[25];
      lock[0] = 1;
      lock[8] = 100;
      scene.set(Keys.MOVE_LOCK, Bytes.wrap(lock));
      scene.configure(Map.of(Setting.STORAGE_REPLICATION, 3));
      scene.run(10 * Scene.SECOND);
      assertThat(scene.told("MoverOvertaken")).isNotEmpty();
      assertThat(scene.told("ShardStep")).isEmpty();
      // That is nobody's.
      scene.set(Keys.MOVE_LOCK, Bytes.of(1, 2, 3));
      scene.configure(Map.of(Setting.RESOLVERS, 2));
      scene.runUntilMoved();
      assertThat(scene.told("ShardStep")).isNotEmpty();
      scene.kill(2, true);
      assertThat(scene.get("the first key")).isEqualTo("value");
    }
  }
}
