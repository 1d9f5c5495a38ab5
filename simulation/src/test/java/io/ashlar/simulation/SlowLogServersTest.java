package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.core.Limits;
import io.ashlar.proxy.CommitProxyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Log servers whose disk takes seconds for a sync, or that are silent, while proxies can keep
 * little for them.
 */
class SlowLogServersTest {
  private static final long SECOND = Scene.SECOND;
  private static final long MILLIS = SECOND / 1_000;
  private static final int MACHINES = 8;
  private static final int TEN_SECONDS_A_SYNC = 50_000;

  /** What a proxy keeps for all log servers at most: some fifty of the commits below. */
  private static final long RETAINED_BYTES_MAX = 8_000;

  private static final List<String> OTHERS =
      List.of("cluster-controller", "sequencer", "resolver", "commit-proxy", "read-version-proxy");

  private static Scene scene(long seed, int antiQuorum, int proxies) {
    ClusterConfiguration configuration =
        new ClusterConfiguration(proxies, 1, 1, 3, 3, 3, antiQuorum, Limits.WINDOW_VERSIONS);
    return new Scene(
        seed,
        Scene.anyRole(MACHINES),
        configuration,
        1,
        CommitProxyOptions.defaults().withRetainedBytesMax(RETAINED_BYTES_MAX));
  }

  private static int logAlone(Scene scene) {
    List<Integer> found = new ArrayList<>(scene.machinesWithRole("log-server"));
    OTHERS.forEach(role -> found.removeAll(scene.machinesWithRole(role)));
    return found.get(0);
  }

  private static void slowDown(Scene scene, int machine) {
    scene.disk(machine).trouble().slowDown(TEN_SECONDS_A_SYNC, 120 * SECOND);
  }

  private static int epochs(Scene scene) {
    return scene.told("ViewPublished").stream()
        .filter(line -> line.contains("sequence, 1]"))
        .toList()
        .size();
  }

  /** Writes and reads for so long, and gives the longest time that took. */
  private static long longestStep(Scene scene, long nanos) {
    long end = scene.world.nowNanos() + nanos;
    long longest = 0;
    for (int i = 0; scene.world.nowNanos() < end; i++) {
      long before = scene.world.nowNanos();
      scene.set("key", "value " + i);
      assertThat(scene.get("key")).isEqualTo("value " + i);
      longest = Math.max(longest, scene.world.nowNanos() - before);
      scene.run(50 * MILLIS);
    }
    return longest;
  }

  /** It answered, so it was not missed, and the proxy could keep nothing more for it. */
  @Test
  void oneThatAnswersAndIsSlowIsGivenUpAtTheBoundAndReplacedAfterTheTimeOfGrace() {
    try (Scene scene = scene(1, 1, 1)) {
      int epochs = epochs(scene);
      int slow = logAlone(scene);
      slowDown(scene, slow);
      assertThat(longestStep(scene, 9 * SECOND)).isLessThan(500 * MILLIS);
      assertThat(scene.told("LogServerToBeGivenUp")).hasSize(1);
      assertThat(scene.told("LogLocking")).hasSize(1);
      assertThat(epochs(scene)).isEqualTo(epochs);
      longestStep(scene, 8 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(scene.told("PipelineFailed").toString()).contains("time of grace");
      assertThat(scene.machinesWithRole("sequencer")).doesNotContain(slow);
      assertThat(longestStep(scene, 10 * SECOND)).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
    }
  }

  /** What it had not, the others had: it all was copied to the next generation all the same. */
  @Test
  void whatOneThatWasGivenUpHasNotIsNotCopiedForIt() {
    try (Scene scene = scene(6, 1, 1)) {
      // It goes on before the next epoch begins, and is locked with what it has.
      scene.pause(logAlone(scene), 7 * SECOND);
      longestStep(scene, 9 * SECOND);
      assertThat(scene.told("LogServerToBeGivenUp")).hasSize(1);
      assertThat(scene.told("LogLocked")).hasSize(1);
      int copied = scene.told("LogTailCopied").size();
      scene.runUntilTold("PipelineFailed");
      scene.runUntilTold("LogTailCopied");
      scene.run(SECOND);
      assertThat(scene.told("LogTailCopied").subList(copied, copied + 3))
          .allMatch(SlowLogServersTest::isShort);
      assertThat(longestStep(scene, 10 * SECOND)).isLessThan(500 * MILLIS);
    }
  }

  /** Of the hundred and more commits since it was given up. */
  private static boolean isShort(String tailCopied) {
    String versions = tailCopied.replaceFirst(".*versions, (\\d+).*", "$1");
    return Integer.parseInt(versions) < 20;
  }

  /** The time of grace was no help: commits stood still when nothing more could be kept. */
  @Test
  void oneThatIsSilentIsGivenUpAtTheBoundWithinTheTimeOfGrace() {
    try (Scene scene = scene(2, 1, 1)) {
      int epochs = epochs(scene);
      scene.pause(logAlone(scene), 40 * SECOND);
      assertThat(longestStep(scene, 9 * SECOND)).isLessThan(500 * MILLIS);
      assertThat(scene.told("LogServerToBeGivenUp")).hasSize(1);
      assertThat(epochs(scene)).isEqualTo(epochs);
      longestStep(scene, 8 * SECOND);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
    }
  }

  @Test
  void allProxiesGiveUpTheSame() {
    try (Scene scene = scene(3, 1, 3)) {
      scene.pause(logAlone(scene), 40 * SECOND);
      longestStep(scene, 9 * SECOND);
      List<String> givenUp = scene.told("LogServerGivenUp");
      assertThat(givenUp).hasSize(3);
      TreeSet<String> members = new TreeSet<>();
      givenUp.forEach(line -> members.add(line.substring(line.indexOf("member"))));
      assertThat(members).hasSize(1);
    }
  }

  @Test
  void withoutAnAntiQuorumOneThatIsFarBehindIsReplacedAtOnce() {
    try (Scene scene = scene(4, 0, 1)) {
      int epochs = epochs(scene);
      int slow = logAlone(scene);
      slowDown(scene, slow);
      assertThat(longestStep(scene, 8 * SECOND)).isBetween(SECOND, 6 * SECOND);
      assertThat(scene.told("PipelineFailed").toString()).contains("far behind the others");
      assertThat(scene.told("LogServerToBeGivenUp")).isEmpty();
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
      assertThat(longestStep(scene, 10 * SECOND)).isLessThan(500 * MILLIS);
      assertThat(epochs(scene)).isEqualTo(epochs + 1);
    }
  }

  @Test
  void whoIsSlowForAMomentIsNeitherGivenUpNorReplaced() {
    for (int antiQuorum = 0; antiQuorum <= 1; antiQuorum++) {
      try (Scene scene = scene(5, antiQuorum, 1)) {
        int epochs = epochs(scene);
        scene.disk(logAlone(scene)).trouble().slowDown(2_000, SECOND);
        longestStep(scene, 5 * SECOND);
        assertThat(scene.told("LogServerToBeGivenUp")).isEmpty();
        assertThat(epochs(scene)).isEqualTo(epochs);
      }
    }
  }
}
