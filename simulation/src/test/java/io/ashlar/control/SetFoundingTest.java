package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The coordinators of a database that is to be created, and some that only look like them. */
class SetFoundingTest {
  private static final long SECOND = CoordinatorScene.SECOND;
  private static final String FOLDER = "coordinator/";

  private final List<String> locked = new ArrayList<>();

  private void lock(CoordinatorScene scene) {
    scene.addClient(
        "client" + locked.size(),
        host -> {
          locking(host, scene.set);
          return new QuietRole();
        });
  }

  private void locking(Host host, CoordinatorSet set) {
    new CoordinatorQuorum(host, set, QuorumOptions.defaults())
        .lock(
            new Uid(1, 1),
            new CoordinatorQuorum.LockHandler() {
              @Override
              public void onLocked(RegisterGeneration generation, Bytes stateOrNull) {
                locked.add("locked");
              }

              @Override
              public void onUnreadable(String why) {
                throw new AssertionError(why);
              }

              @Override
              public void onMoved(CoordinatorSet next) {
                throw new AssertionError("moved");
              }
            });
  }

  /** A majority would be enough to lock it. */
  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void aSetBeginsOnceAllOfItsCoordinatorsAreThere(int coordinators) {
    CoordinatorScene scene = new CoordinatorScene(1, coordinators, WorldConditions.calm());
    scene.kill("k2:1", true);
    lock(scene);
    scene.run(20 * SECOND);
    assertThat(locked).isEmpty();
    assertThat(scene.founded).isEmpty();
    scene.reboot("k2:1");
    scene.run(5 * SECOND);
    assertThat(locked).containsExactly("locked");
    assertThat(scene.founded).hasSize(coordinators).contains("k1:1", "k2:1", "k3:1");
    // From now on a majority is.
    scene.kill("k2:1", true);
    lock(scene);
    scene.run(5 * SECOND);
    assertThat(locked).hasSize(2);
  }

  /** The power goes at any instant while the set is founded; nobody may take it for a loss. */
  @Test
  void aSetBeginsWhateverIsKilledMeanwhile() {
    for (long cut = 0; cut < 60; cut++) {
      CoordinatorScene scene = new CoordinatorScene(cut, 3, WorldConditions.calm());
      scene.run(cut * SECOND / 200);
      String victim = "k" + (1 + cut % 3) + ":1";
      scene.kill(victim, true);
      scene.run(cut % 7 * SECOND / 50);
      scene.reboot(victim);
      locked.clear();
      lock(scene);
      scene.run(10 * SECOND);
      assertThat(locked).as("cut %d", cut).containsExactly("locked");
    }
  }

  /** It looks like one of a new database: only the others know. */
  @Test
  void whereARegisterWasLostNoneBeginsAnew() {
    CoordinatorScene scene = new CoordinatorScene(1, 3, WorldConditions.calm());
    scene.run(2 * SECOND);
    scene.kill("k1:1", true);
    scene.world.machine("machine of k1:1").disk().lose(FOLDER);
    scene.founded.clear();
    scene.reboot("k1:1");
    scene.world.runFor(2 * SECOND);
    assertThat(scene.founded).isEmpty();
    assertThat(scene.world.failure().cause())
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("the coordinator at k1:1 has no register of set " + scene.set.id())
        .hasMessageContaining("replace this coordinator")
        .matches(cause -> ((AshlarException) cause).code() == ErrorCode.FILE_CORRUPT);
  }

  /** It had begun with nobody else, so nobody relied on it. */
  @Test
  void whoLosesItsRegisterBeforeOthersBeginMayBeOneOfThem() {
    CoordinatorScene scene = new CoordinatorScene(1, 3, WorldConditions.calm());
    scene.kill("k3:1", true);
    scene.run(2 * SECOND);
    scene.kill("k1:1", true);
    scene.world.machine("machine of k1:1").disk().lose(FOLDER);
    scene.kill("k2:1", true);
    scene.reboot("k1:1");
    scene.reboot("k2:1");
    scene.reboot("k3:1");
    lock(scene);
    scene.run(5 * SECOND);
    assertThat(locked).containsExactly("locked");
  }
}
