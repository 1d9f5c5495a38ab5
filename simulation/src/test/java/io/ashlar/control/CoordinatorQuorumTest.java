package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registers of a set of coordinators are one register, whatever happens to them. */
class CoordinatorQuorumTest {
  private static final long SECOND = CoordinatorScene.SECOND;
  private static final long FAULTY_NANOS = 40 * SECOND;
  private static final int SEEDS = 25;

  /** Every request once in vain, two tries each for a lock and a write, and a slow disk. */
  private static final long PROGRESS_NANOS =
      2
              * (QuorumOptions.defaults().requestNanos()
                  + QuorumOptions.defaults().retryNanos()
                  + QuorumOptions.defaults().backoffMaxNanos())
          + 2 * SECOND;

  /** A run of two or three writers under faults, and one that writes when they are over. */
  private static final class Run {
    final RegisterHistory history = new RegisterHistory();
    final TreeMap<String, RegisterWriter> writers = new TreeMap<>();
    final CoordinatorScene scene;

    Run(long seed, int coordinators, UnaryOperator<Disk> disks) {
      scene =
          new CoordinatorScene(
              seed,
              coordinators,
              CoordinatorScene.drawn(seed),
              CoordinatorOptions.defaults(),
              disks);
      for (int i = 0; i < 2 + seed % 2; i++) {
        String name = "w" + i;
        scene.addClient(
            name,
            host -> {
              RegisterWriter writer =
                  new RegisterWriter(
                      LateRequests.on(host), scene.set, history, scene.world::nowNanos);
              writers.put(name, writer);
              return writer;
            });
      }
      scene.beginFaults();
      scene.run(FAULTY_NANOS);
    }

    /** Whether one alone gets to write within the bound, once nothing is wrong any more. */
    boolean writesInTheEnd() {
      scene.endFaults();
      // Those that were rebooted just now begin at once.
      scene.run(1);
      writers.values().forEach(RegisterWriter::rest);
      Attempt attempt = Attempt.in(scene, "w9", scene.set);
      attempt.lock();
      scene.run(PROGRESS_NANOS);
      return attempt.wrote();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void areOneRegisterUnderCrashesLossAndCompetition(int coordinators) {
    int accepted = 0;
    int lost = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run run = new Run(100 * coordinators + seed, coordinators, disk -> disk);
      assertThat(run.history.violation()).as("seed %d", seed).isNull();
      accepted += run.history.acceptedCount();
      lost += run.history.writeCount() - run.history.acceptedCount();
      assertThat(run.writesInTheEnd()).as("seed %d ends with a write", seed).isTrue();
      assertThat(run.history.violation()).as("seed %d", seed).isNull();
    }
    // Otherwise nothing was tried.
    assertThat(accepted).isGreaterThan(10 * SEEDS);
    assertThat(lost).isGreaterThan(SEEDS / 2);
  }

  /** A register that took them would go back, and whoever locks would read what is over. */
  @Test
  void requestsThatComeLateUndoNothing() {
    for (long seed = 1; seed <= 6; seed++) {
      Run run = new Run(seed, 1, disk -> disk);
      assertThat(run.history.violation()).as("seed %d", seed).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void coordinatorsThatForgetWhatTheySaidAreFoundOut(int coordinators) {
    int caught = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run run = new Run(100 * coordinators + seed, coordinators, ForgetfulDisk::new);
      if (run.history.violation() != null) {
        caught++;
      }
    }
    assertThat(caught).isGreaterThan(SEEDS / 5);
  }

  /** What a majority is for: each writer asks another coordinator alone. */
  @Test
  void writersThatEachAskAMinorityAreFoundOut() {
    CoordinatorScene scene = new CoordinatorScene(6, 3, WorldConditions.calm());
    RegisterHistory history = new RegisterHistory();
    for (int i = 0; i < 2; i++) {
      CoordinatorSet one =
          new CoordinatorSet(scene.set.id(), List.of(scene.set.coordinators().get(i)));
      scene.addClient(
          "w" + i, host -> new RegisterWriter(host, one, history, scene.world::nowNanos));
    }
    scene.run(20 * SECOND);
    assertThat(history.violation()).isNotNull();
  }

  @Test
  void oneRunIsTheSameTwice() {
    String first = told(new Run(7, 3, disk -> disk));
    assertThat(told(new Run(7, 3, disk -> disk))).isEqualTo(first);
  }

  private static String told(Run run) {
    return String.join("\n", run.scene.world.traceLines());
  }

  @Test
  void aMinorityThatIsAwayIsNotMissed() {
    CoordinatorScene scene = new CoordinatorScene(1, 5, WorldConditions.calm());
    scene.run(SECOND);
    scene.kill("k1:1", true);
    scene.kill("k4:1", true);
    Attempt attempt = Attempt.in(scene, "w1", scene.set);
    attempt.lock();
    scene.run(SECOND);
    assertThat(attempt.wrote()).isTrue();
  }

  @Test
  void withoutAMajorityItWaitsAndGoesOnWhenOneIsThere() {
    CoordinatorScene scene = new CoordinatorScene(2, 3, WorldConditions.calm());
    scene.run(SECOND);
    scene.kill("k1:1", true);
    scene.kill("k3:1", true);
    Attempt attempt = Attempt.in(scene, "w1", scene.set);
    attempt.lock();
    scene.run(20 * SECOND);
    assertThat(attempt.told).isEmpty();
    scene.reboot("k3:1");
    scene.run(2 * SECOND);
    assertThat(attempt.wrote()).isTrue();
  }

  @Test
  void whoLocksLastWritesAndTheOneBeforeHearsThatItDoesNot() {
    CoordinatorScene scene = new CoordinatorScene(3, 3, WorldConditions.calm());
    Attempt first = Attempt.in(scene, "w1", scene.set);
    first.lock();
    scene.run(SECOND);
    Attempt second = Attempt.in(scene, "w2", scene.set);
    second.lock();
    scene.run(SECOND);
    assertThat(second.told).containsExactly("locked with w1", "written w2");
    first.write("w1 again");
    second.write("w2 again");
    scene.run(SECOND);
    assertThat(first.told).containsExactly("locked with nothing", "written w1", "lost w1 again");
    assertThat(second.told).endsWith("written w2 again");
  }

  /** All that a lock needs is on the disks when it is told; so the one before can write no more. */
  @Test
  void whoHasLockedHasTheLockWhenThePowerFailsAtThatMoment() {
    for (long seed = 1; seed <= 10; seed++) {
      CoordinatorScene scene = new CoordinatorScene(seed, 3, CoordinatorScene.drawn(seed));
      Attempt first = Attempt.in(scene, "w1", scene.set);
      first.lock();
      scene.run(5 * SECOND);
      assertThat(first.wrote()).isTrue();
      Attempt second = Attempt.in(scene, "w2", scene.set);
      second.lock();
      for (int step = 0; step < 200_000 && second.told.isEmpty(); step++) {
        scene.run(SECOND / 20_000);
      }
      assertThat(second.told).containsExactly("locked with w1");
      List<String> coordinators = List.of("k1:1", "k2:1", "k3:1");
      scene.kill("w2", true);
      coordinators.forEach(one -> scene.kill(one, true));
      scene.run(SECOND);
      coordinators.forEach(scene::reboot);
      first.write("w1 again");
      scene.run(10 * SECOND);
      assertThat(first.told).as("seed %d", seed).endsWith("lost w1 again");
    }
  }

  @Test
  void aStateThatHasMovedIsFoundWhereItIsAndNeverWrittenHereAgain() {
    CoordinatorScene scene = new CoordinatorScene(4, 3, WorldConditions.calm());
    CoordinatorSet next = scene.bootSet("n", 3);
    Attempt mover = Attempt.in(scene, "w1", scene.set);
    mover.lock();
    scene.run(SECOND);
    mover.forward(next);
    mover.write("too late");
    scene.run(SECOND);
    assertThat(mover.told).endsWith("lost too late", "forwarded");
    scene.kill("k1:1", true);
    scene.kill("k2:1", true);
    scene.run(SECOND);
    scene.reboot("k1:1");
    scene.reboot("k2:1");
    Attempt later = Attempt.in(scene, "w2", scene.set);
    later.lock();
    scene.run(2 * SECOND);
    assertThat(later.told).containsExactly("moved to " + next);
  }

  /** Found by thinking: MOVING on a minority may be what nobody chose, and then is not followed. */
  @Test
  void whoFindsAMoveUnderWayFinishesItBeforeItFollows() {
    CoordinatorScene scene = new CoordinatorScene(5, 3, WorldConditions.calm());
    CoordinatorSet next = scene.bootSet("n", 1);
    Attempt mover = Attempt.in(scene, "w1", scene.set);
    mover.lock();
    scene.run(SECOND);
    scene.kill("k2:1", true);
    scene.kill("k3:1", true);
    mover.forward(next);
    scene.run(3 * SECOND);
    assertThat(mover.told).doesNotContain("forwarded");
    scene.kill("w1", true);
    scene.reboot("k2:1");
    scene.kill("k1:1", true);
    scene.reboot("k3:1");
    Attempt unaware = Attempt.in(scene, "w2", scene.set);
    unaware.lock();
    scene.run(3 * SECOND);
    assertThat(unaware.told).containsExactly("locked with w1", "written w2");
    scene.reboot("k1:1");
    scene.kill("k2:1", true);
    scene.run(SECOND);
    Attempt last = Attempt.in(scene, "w3", scene.set);
    last.lock();
    scene.run(3 * SECOND);
    assertThat(last.told).containsExactly("locked with w2", "written w3");
  }

  /** Locks and writes its own name once it has; then what a test tells it. */
  private static final class Attempt implements CoordinatorQuorum.LockHandler {
    final List<String> told = new ArrayList<>();
    private final String name;
    private final CoordinatorQuorum quorum;
    private final Uid owner;
    private RegisterGeneration generation;

    private Attempt(String name, CoordinatorQuorum quorum, Uid owner) {
      this.name = name;
      this.quorum = quorum;
      this.owner = owner;
    }

    static Attempt in(CoordinatorScene scene, String name, CoordinatorSet set) {
      Attempt[] made = new Attempt[1];
      scene.addClient(
          name,
          host -> {
            made[0] =
                new Attempt(
                    name,
                    new CoordinatorQuorum(host, set, QuorumOptions.defaults()),
                    Uid.draw(host.random()));
            return new QuietRole();
          });
      scene.run(1);
      return made[0];
    }

    void lock() {
      quorum.lock(owner, this);
    }

    void write(String text) {
      quorum.write(
          generation,
          Bytes.utf8(text),
          written -> told.add((written ? "written " : "lost ") + text));
    }

    void forward(CoordinatorSet next) {
      quorum.forward(
          generation, next, written -> told.add(written ? "forwarded" : "not forwarded"));
    }

    boolean wrote() {
      return told.contains("written " + name);
    }

    @Override
    public void onUnreadable(String why) {
      throw new AssertionError(why);
    }

    @Override
    public void onLocked(RegisterGeneration given, Bytes stateOrNull) {
      generation = given;
      told.add("locked with " + (stateOrNull == null ? "nothing" : stateOrNull.utf8()));
      write(name);
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      told.add("moved to " + next);
    }
  }
}
