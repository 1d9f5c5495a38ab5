package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The coordinated state among coordinators is to recovery what it is in one file. */
class CoordinatedStateQuorumTest {
  private static final long SECOND = CoordinatorScene.SECOND;

  private final CoordinatorScene scene = new CoordinatorScene(1, 3, WorldConditions.calm());
  private final List<String> told = new ArrayList<>();
  private final List<CoordinatorSet> moves = new ArrayList<>();
  private RegisterGeneration generation;
  private CoordinatedState read;
  private int clients;

  private static CoordinatedState state(long epoch) {
    return new CoordinatedState(
        new Uid(7, 7),
        epoch,
        new ClusterConfiguration(1, 1, 1, 1, 1, 1, 0, 5_000_000),
        List.of(),
        List.of(),
        new StoreTime(0, 0));
  }

  private Host newHost() {
    Host[] made = new Host[1];
    scene.addClient(
        "controller" + ++clients,
        host -> {
          made[0] = host;
          return new QuietRole();
        });
    scene.run(1);
    return made[0];
  }

  private CoordinatedStateQuorum states() {
    return states(scene.set);
  }

  private CoordinatedStateQuorum states(CoordinatorSet set) {
    return new CoordinatedStateQuorum(newHost(), set, QuorumOptions.defaults(), moves::add);
  }

  private void lock(CoordinatedStates states, long owner) {
    tryToLock(states, owner);
    assertThat(generation.owner()).isEqualTo(new Uid(0, owner));
  }

  private void tryToLock(CoordinatedStates states, long owner) {
    generation = null;
    read = null;
    states.lock(
        new Uid(0, owner),
        new CoordinatedStates.LockHandler() {
          @Override
          public void onLocked(RegisterGeneration given, CoordinatedState stateOrNull) {
            generation = given;
            read = stateOrNull;
          }

          @Override
          public void onUnreadable(String why) {
            told.add(why);
          }
        });
    scene.run(SECOND);
  }

  private void write(CoordinatedStates states, RegisterGeneration with, long epoch) {
    states.write(with, state(epoch), written -> told.add(epoch + " " + written));
    scene.run(SECOND);
  }

  @Test
  void isLockedWrittenAgainAndAgainAndTakenOver() {
    CoordinatedStateQuorum first = states();
    lock(first, 1);
    assertThat(read).isNull();
    write(first, generation, 1);
    write(first, generation, 2);
    RegisterGeneration old = generation;
    CoordinatedStateQuorum second = states();
    lock(second, 2);
    assertThat(read).isEqualTo(state(2));
    write(first, old, 3);
    write(second, generation, 4);
    assertThat(told).containsExactly("1 true", "2 true", "3 false", "4 true");
    lock(first, 3);
    assertThat(read).isEqualTo(state(4));
  }

  @Test
  void anOldGenerationOfTheSameControllerWritesNoMore() {
    CoordinatedStateQuorum states = states();
    lock(states, 1);
    RegisterGeneration old = generation;
    lock(states, 2);
    write(states, old, 1);
    write(states, generation, 2);
    assertThat(told).containsExactly("1 false", "2 true");
  }

  /** Others elect who may write it there: whoever has begun here is told so, and no more. */
  @Test
  void isFoundWhereItHasMovedToOnlyByWhoLooksThere() {
    CoordinatedStateQuorum before = states();
    lock(before, 1);
    write(before, generation, 1);
    RegisterGeneration old = generation;
    CoordinatorSet next = scene.bootSet("n", 5);
    CoordinatedStateQuorum mover = states();
    lock(mover, 9);
    move(mover, next, 1);
    assertThat(told).containsExactly("1 true", "moved true");
    assertThat(moves).containsExactly(next);
    assertThat(mover.cancelMove()).isFalse();
    for (int i = 0; i < 2; i++) {
      tryToLock(before, 2);
      assertThat(generation).isNull();
      assertThat(moves).containsExactly(next, next);
    }
    write(before, old, 9);
    scene.kill("k1:1", true);
    scene.kill("k2:1", true);
    CoordinatedStateQuorum there = states(next);
    lock(there, 3);
    assertThat(read).isEqualTo(state(1));
    write(there, generation, 2);
    lock(states(next), 4);
    assertThat(read).isEqualTo(state(2));
    assertThat(told).containsExactly("1 true", "moved true", "9 false", "2 true");
  }

  private void move(CoordinatedStateQuorum states, CoordinatorSet next, long epoch) {
    states.move(generation, next, () -> state(epoch), moved -> told.add("moved " + moved));
    scene.run(2 * SECOND);
  }

  @Test
  void aMoveToCoordinatorsThatDoNotAnswerCanBeGivenUpAndMadeAgain() {
    CoordinatorSet next = scene.bootSet("n", 3);
    scene.kill("n1:1", false);
    scene.kill("n2:1", false);
    CoordinatedStateQuorum states = states();
    lock(states, 1);
    write(states, generation, 1);
    move(states, next, 1);
    // Nothing is written to the next ones as long as they have not promised.
    write(states, generation, 2);
    assertThat(states.cancelMove()).isTrue();
    write(states, generation, 3);
    lock(states, 2);
    assertThat(read).isEqualTo(state(3));
    // A majority is not enough: who is not there now could not be told from one that lost its file.
    scene.boot("n1:1");
    move(states, next, 3);
    assertThat(states.cancelMove()).isTrue();
    scene.boot("n2:1");
    move(states, next, 3);
    assertThat(told).containsExactly("1 true", "2 true", "3 true", "moved true");
    scene.kill("n3:1", true);
    lock(states(next), 3);
    assertThat(read).isEqualTo(state(3));
  }

  /** What they keep of a set is never deleted, and each term of a controller asks for another. */
  @Test
  void aMoveThatCannotBeMadeLeavesNothingWithTheNextCoordinatorsThatAreThere() {
    CoordinatorSet next = scene.bootSet("n", 3);
    scene.kill("n1:1", false);
    CoordinatedStateQuorum states = states();
    lock(states, 1);
    write(states, generation, 1);
    move(states, next, 1);
    assertThat(states.cancelMove()).isTrue();
    assertThat(states.cancelMove()).isFalse();
    assertThat(scene.world.machine("machine of n2:1").disk().names())
        .noneMatch(name -> name.contains(next.id().toString()));
    scene.boot("n1:1");
    scene.run(SECOND);
    assertThat(told).containsExactly("1 true");
    move(states, next, 1);
    assertThat(told).containsExactly("1 true", "moved true");
    assertThat(scene.world.machine("machine of n2:1").disk().names())
        .anyMatch(name -> name.contains(next.id().toString()));
  }

  @Test
  void whatAMoveThatWasGivenUpHasWrittenIsNotTakenForTheNextOnes() {
    CoordinatorSet next = scene.bootSet("n", 3);
    CoordinatedStateQuorum states = states();
    String mover = "controller" + clients;
    lock(states, 1);
    write(states, generation, 1);
    states.move(
        generation,
        next,
        () -> {
          // All have promised, and one of them takes the write in time.
          for (String silent : List.of("n2:1", "n3:1")) {
            scene.world.network().hold(mover, silent, 2 * SECOND);
          }
          return state(1);
        },
        moved -> told.add("moved " + moved));
    scene.run(SECOND);
    assertThat(states.cancelMove()).isTrue();
    write(states, generation, 2);
    move(states, next, 2);
    assertThat(told).containsExactly("1 true", "2 true", "moved true");
    for (int i = 1; i <= 3; i++) {
      scene.kill("n" + i + ":1", true);
      lock(states(next), 2 + i);
      assertThat(read).isEqualTo(state(2));
      scene.boot("n" + i + ":1");
      scene.run(SECOND);
    }
  }

  @Test
  void whoHasLockedMeanwhileKeepsTheStateWhereItIs() {
    CoordinatedStateQuorum first = states();
    lock(first, 1);
    write(first, generation, 1);
    RegisterGeneration old = generation;
    CoordinatedStateQuorum second = states();
    lock(second, 2);
    generation = old;
    move(first, scene.bootSet("n", 3), 1);
    assertThat(told).containsExactly("1 true", "moved false");
    lock(second, 3);
    assertThat(read).isEqualTo(state(1));
    assertThat(moves).isEmpty();
  }

  @Test
  void stateThatTheNextCoordinatorsDidNotTakeStaysWhereItIs() {
    CoordinatorSet next = scene.bootSet("n", 3);
    CoordinatedStateQuorum states = states();
    String mover = "controller" + clients;
    lock(states, 1);
    write(states, generation, 1);
    CoordinatorQuorum late = new CoordinatorQuorum(newHost(), next, QuorumOptions.defaults());
    states.move(
        generation,
        next,
        () -> {
          // What is written to them next arrives after the lock of another.
          next.coordinators()
              .forEach(each -> scene.world.network().hold(mover, each.process(), SECOND));
          late.lock(
              new Uid(9, 9),
              new CoordinatorQuorum.LockHandler() {
                @Override
                public void onLocked(RegisterGeneration given, Bytes stateOrNull) {
                  told.add("late lock");
                }

                @Override
                public void onUnreadable(String why) {
                  throw new AssertionError(why);
                }

                @Override
                public void onMoved(CoordinatorSet elsewhere) {
                  throw new AssertionError("moved to " + elsewhere);
                }
              });
          return state(1);
        },
        moved -> told.add("moved " + moved));
    scene.run(5 * SECOND);
    assertThat(told).containsExactly("1 true", "late lock", "moved false");
    lock(states(), 2);
    assertThat(read).isEqualTo(state(1));
    assertThat(moves).isEmpty();
  }
}
