package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Machines whose disk hangs: what is written there never comes back, while their processes go on to
 * answer. Commits wait for all log servers unless it says otherwise.
 */
class HungDisksTest {
  private static final long SECOND = Scene.SECOND;
  private static final int MACHINES = 8;
  private static final List<String> OTHERS =
      List.of("cluster-controller", "sequencer", "resolver", "commit-proxy", "read-version-proxy");

  private static Scene scene(long seed, int machines, int logs, int replication, int antiQuorum) {
    return new Scene(seed, machines, logs, replication, antiQuorum, 3);
  }

  /** Machines with a log server and no other role that an epoch ends with. */
  private static List<Integer> logsAlone(Scene scene) {
    List<Integer> found = new ArrayList<>(scene.machinesWithRole("log-server"));
    OTHERS.forEach(role -> found.removeAll(scene.machinesWithRole(role)));
    return found;
  }

  private static int epochs(Scene scene) {
    return scene.told("ViewPublished").stream()
        .filter(line -> line.contains("sequence, 1]"))
        .toList()
        .size();
  }

  private static List<Integer> hang(Scene scene, int count) {
    List<Integer> hung = logsAlone(scene).subList(0, count);
    hung.forEach(machine -> scene.disk(machine).trouble().hang(""));
    return hung;
  }

  /** Only the files of their log servers: other roles on these machines go on. */
  private static void hangLogs(Scene scene, List<Integer> machines) {
    machines.forEach(machine -> scene.disk(machine).trouble().hang("logs/"));
  }

  private static void hasGoneOnWithout(Scene scene, List<Integer> hung, int epochsBefore) {
    scene.set("key", "after");
    assertThat(scene.get("key")).isEqualTo("after");
    assertThat(scene.get("before")).isEqualTo("here");
    assertThat(scene.machinesWithRole("sequencer")).doesNotContainAnyElementsOf(hung);
    assertThat(epochs(scene)).isEqualTo(epochsBefore + 1);
    assertThat(scene.look().controller().fields("left-out")).hasSize(hung.size());
    assertThat(scene.look().controller().fields("log-trouble")).isEmpty();
  }

  /** In the same epoch, in which what was committed before is still read. */
  private static void goesOnWithThem(Scene scene, int epochsBefore) {
    assertThat(epochs(scene)).isEqualTo(epochsBefore);
    assertThat(scene.get("before")).isEqualTo("here");
  }

  @Test
  void oneThatHangsIsReplacedAtOnce() {
    for (int replication = 2; replication <= 3; replication++) {
      try (Scene scene = scene(1, MACHINES, 3, replication, 0)) {
        scene.set("before", "here");
        int epochs = epochs(scene);
        List<Integer> hung = hang(scene, 1);
        scene.run(8 * SECOND);
        hasGoneOnWithout(scene, hung, epochs);
      }
    }
  }

  /** None of the two stood out, so nobody missed them: nothing was committed for ever. */
  @Test
  void whenMostHangTheyAreReplacedAfterTheTimeOfGrace() {
    try (Scene scene = scene(2, MACHINES, 3, 3, 0)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      List<Integer> hung = hang(scene, 2);
      scene.run(9 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs);
      assertThat(scene.look().controller().fields("log-trouble"))
          .hasSize(2)
          .allMatch(told -> told.contains(" behind waited-for "));
      scene.run(2 * SECOND);
      hasGoneOnWithout(scene, hung, epochs);
      assertThat(scene.told("PipelineFailed").toString()).contains("have acknowledged nothing");
    }
  }

  /** A minute after the epoch began without them they are workers like any others. */
  @Test
  void workersThatHangDoNotTakeTurnsInKeepingAnEpochFromBeginning() {
    try (Scene scene = scene(9, MACHINES, 3, 3, 0)) {
      List<Integer> hung = hang(scene, 2);
      scene.run(90 * SECOND);
      assertThat(scene.look().controller().fields("left-out")).isEmpty();
      int epochs = epochs(scene);
      scene.pause(scene.machinesWithRole("sequencer").get(0), 2 * SECOND);
      scene.run(40 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      scene.set("key", "after");
      assertThat(scene.machinesWithRole("sequencer")).doesNotContainAnyElementsOf(hung);
    }
  }

  /** With two copies the one that is left may lack what the others have. */
  @Test
  void whereTooFewCouldBeLockedTheEpochGoesOnAndStatusTellsWhy() {
    try (Scene scene = scene(3, MACHINES, 3, 2, 0)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      hang(scene, 2);
      scene.run(40 * SECOND);
      goesOnWithThem(scene, epochs);
      assertThat(scene.look().controller().fields("log-trouble"))
          .hasSize(2)
          .allMatch(told -> told.contains(" behind waited-for "));
    }
  }

  @Test
  void whereNobodyCouldTakeTheirPlaceTheEpochGoesOnAndStatusTellsWhy() {
    try (Scene scene = scene(4, 4, 3, 3, 0)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      hangLogs(scene, scene.machinesWithRole("log-server").subList(0, 2));
      scene.run(40 * SECOND);
      goesOnWithThem(scene, epochs);
      assertThat(scene.look().controller().fields("log-trouble")).hasSize(2);
    }
  }

  /** All of them go on together, as after the snapshot of a machine that they share. */
  @Test
  void whenAllProcessesStandStillThatIsNoReason() {
    try (Scene scene = scene(5, MACHINES, 3, 3, 0)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      for (int machine = 0; machine < MACHINES; machine++) {
        scene.pause(machine, 30 * SECOND);
      }
      scene.run(60 * SECOND);
      assertThat(scene.told("PipelineFailed").toString()).doesNotContain("acknowledged");
      assertThat(epochs(scene)).isBetween(epochs, epochs + 2);
      assertThat(scene.get("before")).isEqualTo("here");
    }
  }

  @Test
  void disksThatAreAllSlowForLessThanTheTimeOfGraceAreNoReason() {
    try (Scene scene = scene(6, MACHINES, 3, 3, 0)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      logsAlone(scene)
          .subList(0, 2)
          .forEach(machine -> scene.disk(machine).trouble().slowDown(50_000, 2 * SECOND));
      scene.run(60 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs);
    }
  }

  /** With an anti-quorum commits go on without one of four, and status says without which. */
  @Test
  void statusTellsOfOneThatCommitsGoOnWithout() {
    try (Scene scene = scene(7, MACHINES, 4, 3, 1)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      List<Integer> hung = hang(scene, 1);
      scene.run(6 * SECOND);
      scene.set("key", "meanwhile");
      assertThat(epochs(scene)).isEqualTo(epochs);
      assertThat(scene.look().controller().fields("log-trouble"))
          .hasSize(1)
          .allMatch(told -> told.contains(" tolerated "));
      scene.run(10 * SECOND);
      hasGoneOnWithout(scene, hung, epochs);
    }
  }

  /** Its connection broke: it was told as one that had been heard of, though nobody was there. */
  @Test
  void oneWhoseConnectionBrokeCountsAsAwayAtOnceWhenTheEpochGoesOn() {
    try (Scene scene = scene(8, MACHINES, 3, 3, 1)) {
      int epochs = epochs(scene);
      scene.kill(logsAlone(scene).get(0), true);
      scene.runUntilTold("LogServerLost");
      assertThat(epochs(scene)).isEqualTo(epochs);
      assertThat(scene.look().controller().field("workers")).isEqualTo("7");
      assertThat(scene.look().controller().fields("log-trouble"))
          .hasSize(1)
          .allMatch(told -> told.contains(" silent tolerated "));
    }
  }

  /**
   * Commits went on without two, which had four copies and could not be locked: the time of grace
   * ended that epoch, and none could follow it.
   */
  @Test
  void anEpochThatGoesOnIsNotEndedWhereTooFewCouldBeLocked() {
    try (Scene scene = scene(10, MACHINES, 5, 4, 2)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      List<Integer> hung = hang(scene, 2);
      scene.run(30 * SECOND);
      scene.set("key", "meanwhile");
      assertThat(scene.get("before")).isEqualTo("here");
      assertThat(epochs(scene)).isEqualTo(epochs);
      assertThat(scene.look().controller().fields("log-trouble"))
          .hasSize(2)
          .allMatch(told -> told.contains(" behind tolerated "));
      // Started again it can be locked, and the other one is replaced.
      scene.kill(hung.get(0), false);
      scene.boot(hung.get(0));
      scene.run(5 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      scene.set("key", "after");
      assertThat(scene.get("before")).isEqualTo("here");
    }
  }

  /** The last one counted as one that can be locked, until it had hung for as long as they. */
  @Test
  void whenTheLastOneHangsWithinTheTimeOfGraceTheEpochGoesOn() {
    try (Scene scene = scene(11, MACHINES, 3, 3, 0)) {
      scene.set("before", "here");
      int epochs = epochs(scene);
      List<Integer> hung = hang(scene, 2);
      scene.run(2 * SECOND);
      List<Integer> last = scene.machinesWithRole("log-server");
      last.removeAll(hung);
      hangLogs(scene, last);
      scene.run(30 * SECOND);
      goesOnWithThem(scene, epochs);
    }
  }
}
