package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.world.DiskImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The files of the only coordinator are lost or older copies; but others know that there was more.
 * They must say so, and nobody may delete anything.
 */
class OlderStateTest {
  private static final long SECOND = Scene.SECOND;
  private static final String STATE = "coordinator/";

  private static List<String> logFiles(Scene scene, int machines) {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < machines; i++) {
      for (String name : scene.disk(i).names()) {
        if (name.startsWith("logs/")) {
          files.add(i + " " + name);
        }
      }
    }
    return files;
  }

  private static void killAll(Scene scene, int machines) {
    for (int i = 0; i < machines; i++) {
      scene.kill(i, false);
    }
  }

  /**
   * Three epochs later the copy says that the last generation is one that others have locked and
   * read to its end: raising its epoch again and again it would have been obeyed in the end. The
   * controller hears from the workers that there were later epochs, and begins none.
   */
  @Test
  void anOlderCoordinatedStateIsRefusedByThoseWhoHaveSeenALaterEpoch() {
    for (long seed = 1; seed <= 4; seed++) {
      try (Scene scene = new Scene(seed, 3, 2, 1, 1)) {
        DiskImage copy = scene.disk(0).image();
        for (int i = 0; i < 2; i++) {
          scene.reboot(0);
          scene.runUntilTold("ViewPublished");
        }
        scene.reboot(0);
        scene.runUntilTold("ViewPublished");
        // The workers have the view, and none has deleted its oldest log server yet.
        scene.run(SECOND / 200);
        killAll(scene, 3);
        List<String> before = logFiles(scene, 3);
        assertThat(scene.told("LogServerDeleted")).isEmpty();
        scene.disk(0).restore(STATE, copy);
        for (int i = 0; i < 3; i++) {
          scene.boot(i);
        }
        int views = scene.told("ViewPublished").size();
        scene.run(60 * SECOND);
        assertThat(scene.told("RecoveryHeldUp"))
            .as("seed %d", seed)
            .isNotEmpty()
            .allMatch(line -> line.contains("register-* are older copies"));
        assertThat(scene.told("ViewPublished")).hasSize(views);
        assertThat(logFiles(scene, 3)).containsAll(before);
      }
    }
  }

  /** An attempt that had read the older copy waited for ever, whatever was put back. */
  @Test
  void itGoesOnOnceTheNewerFilesArePutBack() {
    int elsewhere = 0;
    for (long seed = 1; seed <= 6; seed++) {
      try (Scene scene = new Scene(seed, 3, 2, 1, 1)) {
        DiskImage older = scene.disk(0).image();
        scene.set("key", "value");
        scene.reboot(scene.machinesWithRole("sequencer").get(0));
        scene.runUntilTold("ViewPublished");
        scene.run(SECOND);
        DiskImage newer = scene.disk(0).image();
        killAll(scene, 3);
        scene.disk(0).restore(STATE, older);
        // Others wait for the coordinator when it comes, and one of them may lead.
        scene.boot(1);
        scene.boot(2);
        scene.run(2 * SECOND);
        scene.boot(0);
        scene.run(15 * SECOND);
        assertThat(scene.told("RecoveryHeldUp")).as("seed %d", seed).isNotEmpty();
        elsewhere += scene.machinesWithRole("cluster-controller").contains(0) ? 0 : 1;
        scene.kill(0, false);
        scene.disk(0).restore(STATE, newer);
        scene.boot(0);
        assertThat(scene.get("key")).as("seed %d", seed).isEqualTo("value");
      }
    }
    assertThat(elsewhere).as("controllers that lived on").isPositive();
  }

  /**
   * An older copy of a worker's manifest does not have the log servers that were recruited since:
   * it took their files for what a crash had left over, and deleted them.
   */
  @Test
  void anOlderManifestDoesNotDeleteLogServersItDoesNotKnow() {
    try (Scene scene = new Scene(1, 3, 2, 1, 1)) {
      int log = scene.machinesWithRole("log-server").get(0);
      DiskImage copy = scene.disk(log).image();
      for (int i = 0; i < 3; i++) {
        scene.reboot(log);
        scene.set("key", "value " + i);
      }
      scene.run(5 * SECOND);
      killAll(scene, 3);
      List<String> before = logFiles(scene, 3);
      scene.disk(log).restore("worker", copy);
      for (int i = 0; i < 3; i++) {
        scene.boot(i);
      }
      Throwable broken = scene.runUntilBroken(60 * SECOND);
      assertThat(broken).isInstanceOf(AshlarException.class);
      assertThat(((AshlarException) broken).code()).isEqualTo(ErrorCode.FILE_CORRUPT);
      assertThat(broken).hasMessageContaining("the file worker does not know its roles");
      assertThat(logFiles(scene, 3)).containsAll(before);
    }
  }

  /**
   * The only log server is replaced by an older copy, and recovery cannot know: but a storage
   * server has stored more than it holds.
   */
  @Test
  void anOlderCopyOfTheOnlyLogServerIsRefusedByAStorageServer() {
    for (long seed = 1; seed <= 4; seed++) {
      try (Scene scene = new Scene(seed, 3, 1, 1, 2)) {
        int log = scene.machinesWithRole("log-server").get(0);
        DiskImage copy = scene.disk(log).image();
        for (int i = 0; i < 10; i++) {
          scene.set("key", "value " + i);
          scene.run(5 * SECOND);
        }
        killAll(scene, 3);
        scene.disk(log).restore("logs/", copy);
        for (int i = 0; i < 3; i++) {
          scene.boot(i);
        }
        Throwable broken = scene.runUntilBroken(60 * SECOND);
        assertThat(broken).as("seed %d", seed).isInstanceOf(AshlarException.class);
        assertThat(((AshlarException) broken).code()).isEqualTo(ErrorCode.FILE_CORRUPT);
        assertThat(broken).hasMessageContaining("the log has lost what it had");
      }
    }
  }

  /** Workers that are new may be there as well, and could be recruited for everything. */
  @Test
  void noDatabaseIsCreatedWhereWorkersHaveRolesOfOne() {
    try (Scene scene = new Scene(1, 3, 1, 1, 1)) {
      scene.run(5 * SECOND);
      killAll(scene, 3);
      List<String> before = logFiles(scene, 3);
      scene.disk(0).lose(STATE);
      List<Integer> withLogs = scene.machinesWith("logs/");
      assertThat(withLogs).hasSize(1);
      scene.boot(1);
      scene.boot(2);
      scene.run(SECOND);
      scene.boot(0);
      int phases = scene.told("RecoveryPhase").size();
      scene.run(60 * SECOND);
      assertThat(scene.told("RecoveryPhase")).hasSize(phases + 1);
      assertThat(scene.told("RecoveryHeldUp"))
          .isNotEmpty()
          .allMatch(line -> line.contains("the coordinators know of no database"));
      assertThat(logFiles(scene, 3)).containsAll(before);
    }
  }

  /**
   * Seed 2020 of the default runs: a process died when it had deleted the files of a drained log
   * server, and the next life saw none and forgot that they were to be deleted. Then the power
   * failed: the deletions had not been durable, and what came back was known to nobody.
   */
  @Test
  void filesThatComeBackAfterTheyWereDeletedAreStillToBeDeleted() {
    for (int tried = 0; tried < 40; tried++) {
      try (Scene scene = new Scene(tried + 1, 3, 2, 1, 1)) {
        scene.reboot(0);
        scene.set("key", "value");
        int before = scene.told("LogServerDeleted").size();
        for (int i = 0; i < 400_000 && scene.told("LogServerDeleted").size() == before; i++) {
          scene.run(SECOND / 100_000);
        }
        assertThat(scene.told("LogServerDeleted")).hasSizeGreaterThan(before);
        scene.run(tried % 4 * SECOND / 10_000);
        killAll(scene, 3);
        for (int i = 0; i < 3; i++) {
          scene.boot(i);
        }
        scene.run((tried / 4 + 1) * SECOND / 5_000);
        for (int i = 0; i < 3; i++) {
          scene.kill(i, true);
        }
        for (int i = 0; i < 3; i++) {
          scene.boot(i);
        }
        scene.run(SECOND);
        assertThat(scene.get("key")).isEqualTo("value");
      }
    }
  }

  /**
   * A segment that was being reserved when its log server was stopped gets its name only after the
   * files were deleted: it is not taken for one that the manifest has lost.
   */
  @Test
  void aFileThatComesAfterItsLogServerWasDroppedIsDeletedAtTheNextStart() {
    try (Scene scene = new Scene(1, 3, 2, 1, 1)) {
      int log = scene.machinesWithRole("log-server").get(0);
      DiskImage copy = scene.disk(log).image();
      String late = logFolder(scene.disk(log).names());
      scene.reboot(log);
      scene.set("key", "value");
      scene.run(5 * SECOND);
      assertThat(scene.disk(log).names()).noneMatch(name -> name.startsWith(late));
      scene.disk(log).restore(late, copy);
      assertThat(scene.disk(log).names()).anyMatch(name -> name.startsWith(late));
      for (int i = 0; i < 2; i++) {
        scene.reboot(log);
        scene.run(5 * SECOND);
        assertThat(scene.get("key")).isEqualTo("value");
        assertThat(scene.disk(log).names()).noneMatch(name -> name.startsWith(late));
      }
    }
  }

  private static String logFolder(Collection<String> names) {
    for (String name : names) {
      if (name.startsWith("logs/")) {
        return name.substring(0, name.indexOf('/', "logs/".length()) + 1);
      }
    }
    throw new AssertionError("no log server in " + names);
  }
}
