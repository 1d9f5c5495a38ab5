package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.WorkerClass;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What recovery does when the coordinators have another state than it should find. */
class RecoveryMembershipTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Uid OURS = new Uid(1, 1);
  private static final CoordinatorSet SET =
      CoordinatorSet.first(OURS, List.of(new Address("k:1", Endpoints.COORDINATOR)));
  private static final ClusterConfiguration CONFIGURATION =
      new ClusterConfiguration(1, 1, 1, 1, 1, 1, 0, 5_000_000);

  private final SimWorld world = new SimWorld(1, WorldConditions.calm());
  private final RegisterOfOne register = new RegisterOfOne();
  private final List<String> told = new ArrayList<>();
  private Recovery recovery;

  /** One register that is always there. */
  private final class RegisterOfOne implements CoordinatedStates {
    private CoordinatedState state;
    private int locks;
    private int writes;

    @Override
    public void lock(Uid owner, LockHandler onLocked) {
      locks++;
      onLocked.onLocked(new RegisterGeneration(locks, owner), state);
    }

    @Override
    public void write(
        RegisterGeneration generation, CoordinatedState next, Consumer<Boolean> onWritten) {
      writes++;
      state = next;
      onWritten.accept(true);
    }

    @Override
    public CoordinatorSet set() {
      return SET;
    }

    @Override
    public void move(
        RegisterGeneration generation,
        CoordinatorSet next,
        Supplier<CoordinatedState> last,
        Consumer<Boolean> onMoved) {
      throw new AssertionError("nothing moves");
    }

    @Override
    public boolean cancelMove() {
      return false;
    }
  }

  /** The highest epoch that the worker has heard of. */
  private long viewEpoch;

  private static CoordinatedState state(Uid databaseId) {
    return new CoordinatedState(
        databaseId, 3, CONFIGURATION, List.of(), List.of(), new StoreTime(0, 0));
  }

  private void start(boolean mayCreate) {
    world.boot(
        world.machine("machine"),
        "p:1",
        process -> {
          Host host = process.host("controller", Endpoints.CONTROLLER, "controller");
          WorkerRegistry workers = new WorkerRegistry(1_000 * SECOND);
          workers.register(
              new RegisterWorker(
                  new Uid(0, 1),
                  OURS,
                  "p:1",
                  "zone",
                  List.of(),
                  List.of(),
                  "machine",
                  WorkerClass.ANY,
                  viewEpoch),
              host.clock().nowNanos());
          recovery =
              new Recovery(
                  host,
                  ControllerOptions.defaults(),
                  new Membership(OURS, SET, mayCreate),
                  workers,
                  register,
                  () -> true,
                  CONFIGURATION,
                  new Recovery.Listener() {
                    @Override
                    public void onEpochBegun(Epoch epoch) {
                      told.add("begun");
                    }

                    @Override
                    public void onEnded(String reason) {
                      told.add(reason);
                    }
                  });
          process.start(Endpoints.CONTROLLER, new QuietRole());
          recovery.start();
        });
    world.runFor(SECOND);
  }

  @Test
  void aDatabaseIsCreatedWithTheIdentityThatItsNodesWereGiven() {
    start(true);
    assertThat(register.state.databaseId()).isEqualTo(OURS);
    assertThat(recovery.corruption()).isNull();
  }

  @Test
  void whereADatabaseMustBeNoneIsCreated() {
    start(false);
    world.runFor(100 * SECOND);
    assertThat(recovery.phase()).isEqualTo(Recovery.Phase.READING_STATE);
    assertThat(recovery.corruption())
        .contains("the coordinators at k:1 have no state of database " + OURS);
    assertThat(register.writes).isZero();
    assertThat(told).isEmpty();
  }

  /** A check of the write stopped the process of the leader, and of the next, and so on. */
  @Test
  void noEpochIsBegunThatTheRegistersHaveNoRoomFor() {
    List<LogMember> members = List.of(new LogMember(new Uid(8, 9), "a zone with a longer name"));
    List<LogGeneration> generations = new ArrayList<>();
    for (int epoch = 1; epoch <= 20_000; epoch++) {
      generations.add(new LogGeneration(epoch, epoch, epoch, epoch + 1, members, 1, 0));
    }
    register.state = state(OURS).withGenerations(generations, new StoreTime(0, 0));
    start(false);
    assertThat(told).singleElement().asString().contains("20000 generations of the log");
    assertThat(register.writes).isZero();
    assertThat(recovery.phase()).isEqualTo(Recovery.Phase.ENDED);
  }

  @Test
  void nothingIsWrittenOverTheStateOfAnotherDatabase() {
    Uid other = new Uid(2, 2);
    register.state = state(other);
    for (boolean mayCreate : List.of(true, false)) {
      start(mayCreate);
      world.runFor(100 * SECOND);
      assertThat(recovery.phase()).isEqualTo(Recovery.Phase.READING_STATE);
      assertThat(recovery.corruption()).contains(other.toString()).contains(OURS.toString());
      assertThat(register.writes).isZero();
      assertThat(register.state).isEqualTo(state(other));
      world.kill(world.process("p:1"), true);
    }
  }

  /**
   * The files of the coordinators were older copies, and the log servers of their epoch had been
   * deleted: recovery waited for these and did not say why.
   */
  @Test
  void anOlderStateThanWorkersHaveHeardOfIsToldAndNoEpochBegins() {
    LogGeneration last =
        new LogGeneration(3, 0, 0, 1, List.of(new LogMember(new Uid(7, 7), "zone")), 1, 0);
    register.state =
        new CoordinatedState(OURS, 3, CONFIGURATION, List.of(), List.of(last), new StoreTime(0, 0));
    viewEpoch = 5;
    start(false);
    world.runFor(100 * SECOND);
    assertThat(recovery.phase()).isEqualTo(Recovery.Phase.READING_STATE);
    assertThat(recovery.corruption())
        .contains("the coordinators at k:1 know of epoch 3, and workers of epoch 5");
    assertThat(register.writes).isZero();
    assertThat(told).isEmpty();
  }

  @Test
  void noDatabaseIsCreatedWhereAWorkerKnowsOne() {
    viewEpoch = 2;
    start(true);
    assertThat(recovery.phase()).isEqualTo(Recovery.Phase.PLANNING_DATABASE);
    assertThat(recovery.corruption()).contains("knows one that has begun epoch 2");
    assertThat(register.writes).isZero();
  }

  @Test
  void whatWasLostMayBePutBackWhileRecoveryWaits() {
    start(false);
    world.runFor(10 * SECOND);
    assertThat(recovery.corruption()).isNotNull();
    register.state = state(OURS);
    world.runFor(100 * SECOND);
    assertThat(recovery.phase()).isGreaterThan(Recovery.Phase.READING_STATE);
    assertThat(register.state.epoch()).isEqualTo(4);
  }
}
