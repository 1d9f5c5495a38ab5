package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.ControllerOptions;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.WriteRegister;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader that cannot do what a leader is for lets another try, and nobody else is disturbed. */
class LeaderInVainTest {
  private static final long SECOND = Scene.SECOND;
  private static final long PATIENCE_NANOS = ControllerOptions.defaults().patienceNanos();

  private static int leader(Scene scene) {
    List<Integer> leaders = scene.machinesWithRole("cluster-controller");
    assertThat(leaders).hasSize(1);
    return leaders.get(0);
  }

  /**
   * It reaches the only coordinator and not the only log server: it led for ever, and waited for
   * that one to be locked.
   */
  @Test
  void anotherLeadsWhenTheLeaderDoesNotReachALogServer() {
    int seen = 0;
    for (long seed = 1; seed <= 12; seed++) {
      try (Scene scene = new Scene(seed, 4, 1, 1, 1)) {
        // The coordinator's process is elected first, as a rule: another one is while it pauses.
        scene.process(0).pause(5 * SECOND);
        scene.run(20 * SECOND);
        int leader = leader(scene);
        int log = scene.machinesWithRole("log-server").get(0);
        if (leader == 0 || log == 0 || log == leader) {
          continue;
        }
        seen++;
        String from = scene.process(leader).name();
        String to = scene.process(log).name();
        scene.world.network().hold(from, to, 600 * SECOND);
        scene.world.network().hold(to, from, 600 * SECOND);
        scene.run(PATIENCE_NANOS + 10 * SECOND);
        assertThat(scene.told("ControllerGivesUp")).as("seed %d", seed).isNotEmpty();
        assertThat(leader(scene)).isNotEqualTo(leader);
        scene.set("key", "value");
        // It stays, though the other stands again and is as good by now.
        int now = leader(scene);
        scene.run(100 * SECOND);
        assertThat(leader(scene)).isEqualTo(now);
        assertThat(scene.told("ControllerGivesUp")).hasSize(1);
      }
    }
    assertThat(seen).isGreaterThan(1);
  }

  /**
   * What it heard of the corrupt one counted as lost for all, and it led for ever, though the two
   * others had everything and any other process reached them.
   */
  @Test
  void anotherLeadsWhenALogServerIsCorruptAndTheLeaderDoesNotReachTheOthers() {
    int seen = 0;
    for (long seed = 1; seed <= 12; seed++) {
      try (Scene scene = new Scene(seed, 6, 3, 3, 1)) {
        scene.process(0).pause(5 * SECOND);
        scene.run(20 * SECOND);
        int leader = leader(scene);
        List<Integer> logs = scene.machinesWithRole("log-server");
        if (leader == 0 || logs.contains(0) || logs.contains(leader)) {
          continue;
        }
        seen++;
        String from = scene.process(leader).name();
        for (int log : logs.subList(1, 3)) {
          String to = scene.process(log).name();
          scene.world.network().hold(from, to, 600 * SECOND);
          scene.world.network().hold(to, from, 600 * SECOND);
        }
        corruptLog(scene, logs.get(0));
        scene.run(PATIENCE_NANOS + 10 * SECOND);
        assertThat(scene.told("RecoveryHeldUp")).as("seed %d", seed).isNotEmpty();
        assertThat(scene.told("ControllerGivesUp")).as("seed %d", seed).isNotEmpty();
        assertThat(leader(scene)).isNotEqualTo(leader);
        scene.set("key", "value");
        assertThat(scene.get("the first key")).isEqualTo("value");
      }
    }
    assertThat(seen).isGreaterThan(1);
  }

  private static void corruptLog(Scene scene, int machine) {
    scene.kill(machine, false);
    for (String name : scene.disk(machine).names()) {
      if (name.startsWith("logs/") && scene.disk(machine).settledBytes(name) > 100) {
        scene.disk(machine).flip(name, 40, 3);
      }
    }
    scene.boot(machine);
  }

  @Test
  void allTakeTurnsWhileTooFewWorkersLiveAndTheDatabaseIsThereWhenTheyAreBack() {
    try (Scene scene = new Scene(1, 4, 1, 1, 1)) {
      int log = scene.machinesWithRole("log-server").get(0);
      if (log == 0) {
        throw new AssertionError("another seed, please: the log server is with the coordinator");
      }
      scene.kill(log, false);
      scene.run(6 * PATIENCE_NANOS);
      assertThat(scene.told("ControllerGivesUp")).hasSizeBetween(4, 6);
      scene.boot(log);
      scene.run(3 * SECOND);
      scene.set("key", "value");
      int turns = scene.told("ControllerElected").size();
      scene.run(10 * PATIENCE_NANOS);
      assertThat(scene.told("ControllerElected")).as("who leads well stays").hasSize(turns);
    }
  }

  @Test
  void whoIsAloneGoesOn() {
    try (Scene scene = new Scene(1, 2, 1, 1, 1)) {
      int other = leader(scene) == 0 ? 1 : 0;
      if (other == 0) {
        throw new AssertionError("another seed, please: the coordinator would be gone");
      }
      int log = scene.machinesWithRole("log-server").get(0);
      scene.kill(other, false);
      scene.run(3 * PATIENCE_NANOS);
      assertThat(scene.told("ControllerGivesUp")).isEmpty();
      assertThat(leader(scene)).isZero();
      if (log == other) {
        scene.boot(other);
      }
      scene.set("key", "value");
    }
  }

  /** Each process that was elected died of it, one after the other. */
  @Test
  void whoCannotReadTheStateLeavesItAloneAndTheLastOneSaysWhy() {
    try (Scene scene = new Scene(1, 3, 1, 1, 1)) {
      Bytes later = new ByteWriter(16).putByte(1).putBytes(Bytes.utf8("later")).toBytes();
      RegisterGeneration writer = new RegisterGeneration(1_000, new Uid(9, 9));
      scene.tellCoordinators(set -> new WriteRegister(set.id(), writer, 1, later));
      scene.run(SECOND);
      scene.reboot(scene.machinesWithRole("log-server").get(0));
      scene.run(10 * SECOND);
      assertThat(scene.told("ControllerRetires")).hasSize(2);
      assertThat(scene.machinesWithRole("cluster-controller")).hasSize(1);
      assertThat(scene.told("RecoveryHeldUp"))
          .isNotEmpty()
          .allMatch(line -> line.contains("of another version"));
    }
  }
}
