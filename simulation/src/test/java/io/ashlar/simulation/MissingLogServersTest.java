package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.message.WorkerClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log with three replicas in which commits wait for all log servers, or for all but one. */
class MissingLogServersTest {
  private static final long SECOND = Scene.SECOND;
  private static final long MILLIS = SECOND / 1_000;
  private static final int MACHINES = 8;
  private static final List<String> OTHERS =
      List.of("cluster-controller", "sequencer", "resolver", "commit-proxy", "read-version-proxy");

  private static Scene scene(long seed, int antiQuorum) {
    return new Scene(seed, MACHINES, 3, 3, antiQuorum, 3);
  }

  /** Machines with a log server and no other role that an epoch ends with. */
  private static List<Integer> logsAlone(Scene scene) {
    List<Integer> found = new ArrayList<>(scene.machinesWithRole("log-server"));
    OTHERS.forEach(role -> found.removeAll(scene.machinesWithRole(role)));
    assertThat(found).hasSizeGreaterThan(1);
    return found;
  }

  private static int epochs(Scene scene) {
    return scene.told("ViewPublished").stream()
        .filter(line -> line.contains("sequence, 1"))
        .toList()
        .size();
  }

  /** Writes and reads for so long, and gives the longest time that took. */
  private static long longestStep(Scene scene, long nanos, String name) {
    long end = scene.world.nowNanos() + nanos;
    long longest = 0;
    for (int i = 0; scene.world.nowNanos() < end; i++) {
      long before = scene.world.nowNanos();
      scene.set(name, "value " + i);
      assertThat(scene.get(name)).isEqualTo("value " + i);
      longest = Math.max(longest, scene.world.nowNanos() - before);
      scene.run(200 * MILLIS);
    }
    return longest;
  }

  @Test
  void aSilentLogServerHoldsUpNothingAndIsReplacedByOneRecoveryAfterTheTimeOfGrace() {
    try (Scene scene = scene(1, 1)) {
      int epochs = epochs(scene);
      scene.pause(logsAlone(scene).get(0), 40 * SECOND);
      assertThat(longestStep(scene, 9 * SECOND, "in the same epoch")).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs);
      longestStep(scene, 10 * SECOND, "in the next epoch");
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(scene.told("PipelineFailed").toString()).contains("time of grace");
      longestStep(scene, 30 * SECOND, "when it goes on");
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(scene.get("in the same epoch")).isNotNull();
    }
  }

  @Test
  void withoutAnAntiQuorumCommitsWaitForTheNextEpoch() {
    try (Scene scene = scene(1, 0)) {
      int epochs = epochs(scene);
      scene.pause(logsAlone(scene).get(0), 40 * SECOND);
      assertThat(longestStep(scene, 9 * SECOND, "key")).isGreaterThan(SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
    }
  }

  @Test
  void oneThatGoesOnWithinTheTimeOfGraceIsNotReplaced() {
    try (Scene scene = scene(2, 1)) {
      int epochs = epochs(scene);
      scene.pause(logsAlone(scene).get(0), 6 * SECOND);
      longestStep(scene, 30 * SECOND, "key");
      assertThat(epochs(scene)).isEqualTo(epochs);
    }
  }

  @Test
  void oneThatIsStartedAgainIsReplacedAfterTheTimeOfGrace() {
    try (Scene scene = scene(3, 1)) {
      int epochs = epochs(scene);
      scene.reboot(logsAlone(scene).get(0));
      assertThat(longestStep(scene, 9 * SECOND, "key")).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs);
      longestStep(scene, 10 * SECOND, "key");
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
    }
  }

  @Test
  void oneMoreThatIsMissingEndsTheEpochAtOnce() {
    try (Scene scene = scene(4, 1)) {
      int epochs = epochs(scene);
      List<Integer> logs = logsAlone(scene);
      scene.pause(logs.get(0), 40 * SECOND);
      longestStep(scene, 3 * SECOND, "without one");
      // Of three zones one may be missing when the epoch is locked, so this one comes back.
      scene.reboot(logs.get(1));
      scene.run(2 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(longestStep(scene, 5 * SECOND, "without two")).isLessThan(500 * MILLIS);
      assertThat(scene.get("without one")).isNotNull();
    }
  }

  /** Two without roles of the log, three for log servers, and three for storage servers. */
  private static List<PlannedWorker> machinesByClass() {
    List<PlannedWorker> machines = new ArrayList<>();
    for (int i = 0; i < MACHINES; i++) {
      WorkerClass only =
          i < 2 ? WorkerClass.STATELESS : i < 5 ? WorkerClass.LOG : WorkerClass.STORAGE;
      machines.add(PlannedWorker.alone(i + 1, i).ofClass(only));
    }
    return machines;
  }

  /** Better an epoch without it than none: there would be no zone for the third copy. */
  @Test
  void oneThatNobodyCanReplaceIsDoneWithoutUntilItIsBack() {
    try (Scene scene = new Scene(5, machinesByClass(), 3, 3, 1, 3)) {
      int epochs = epochs(scene);
      scene.kill(2, true);
      assertThat(longestStep(scene, 30 * SECOND, "without it")).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs);
      scene.boot(2);
      longestStep(scene, 5 * SECOND, "with it");
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(longestStep(scene, 10 * SECOND, "after that")).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(scene.get("without it")).isNotNull();
    }
  }

  /** The database goes on with those that are excluded, so one of them is as good as any other. */
  @Test
  void oneThatIsBackIsTakenAgainAlthoughAnotherIsExcluded() {
    try (Scene scene = new Scene(6, machinesByClass(), 3, 3, 1, 3)) {
      scene.exclude(4);
      scene.run(5 * SECOND);
      assertThat(scene.told("ExcludedAreNeeded")).isNotEmpty();
      int epochs = epochs(scene);
      scene.kill(2, true);
      longestStep(scene, 20 * SECOND, "without it");
      assertThat(epochs(scene)).isEqualTo(epochs);
      scene.boot(2);
      longestStep(scene, 5 * SECOND, "with it");
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(longestStep(scene, 10 * SECOND, "after that")).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
    }
  }
}
