package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.message.FoundSet;
import io.ashlar.message.GetLeader;
import io.ashlar.message.GetLogState;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.Heartbeat;
import io.ashlar.message.HeartbeatTaken;
import io.ashlar.message.Message;
import io.ashlar.message.Nominate;
import io.ashlar.message.Nominee;
import io.ashlar.message.ReadRegister;
import io.ashlar.message.RegisterRead;
import io.ashlar.message.RegisterWritten;
import io.ashlar.message.Resigned;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.SetFounders;
import io.ashlar.message.StatusField;
import io.ashlar.message.WriteRegister;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One coordinator, asked by hand. */
class CoordinatorTest {
  private static final String NAME = "k1:1";
  private static final long MILLIS = CoordinatorScene.MILLIS;
  private static final CoordinatorOptions OPTIONS =
      new CoordinatorOptions(
          1_000 * MILLIS, 100 * MILLIS, 2_000 * MILLIS, 1_500 * MILLIS, 500 * MILLIS, 2, 3, 10);
  private static final Bytes STATE = MovableValue.of(Bytes.utf8("state")).encode();

  private final CoordinatorScene scene =
      new CoordinatorScene(1, 1, WorldConditions.calm(), OPTIONS, disk -> disk);
  private final Uid set = scene.set.id();
  private final List<String> answers = new ArrayList<>();
  private Host host;

  @BeforeEach
  void begin() {
    scene.addClient(
        "client",
        clientHost -> {
          host = clientHost;
          return new QuietRole();
        });
    scene.run(MILLIS);
  }

  private static RegisterGeneration generation(long counter) {
    return new RegisterGeneration(counter, new Uid(1, counter));
  }

  private static Candidate candidate(long id) {
    return new Candidate(new Uid(0, id), new Address("p" + id + ":1", 1), 0);
  }

  /** Asks, and notes the answer, or the code of the refusal. */
  private <R extends Message> void send(Message request, Class<R> reply) {
    host.network()
        .request(
            scene.set.coordinators().get(0),
            request,
            reply,
            20 * CoordinatorScene.SECOND,
            new ReplyHandler<R>() {
              @Override
              public void onReply(R answer) {
                answers.add(inWords(answer));
              }

              @Override
              public void onFailure(Failure failure) {
                answers.add(
                    failure.kind() == Failure.Kind.REFUSED
                        ? failure.code().name()
                        : failure.kind().name());
              }
            });
  }

  private static String inWords(Message answer) {
    if (answer instanceof RegisterRead read) {
      return "read by "
          + read.readGeneration().counter()
          + (read.value() == null
              ? ", nothing"
              : ", written by " + read.writeGeneration().counter() + "." + read.sequence());
    }
    if (answer instanceof RegisterWritten written) {
      return (written.accepted() ? "accepted by " : "refused by ")
          + written.readGeneration().counter();
    }
    if (answer instanceof Nominee nominee) {
      return nominee.movedTo().isNone()
          ? "nominee " + nominee.nominee().changeId().low()
          : "moved to " + nominee.movedTo().id().low();
    }
    return answer instanceof HeartbeatTaken taken
        ? "taken " + taken.taken() + (taken.contested() ? ", contested" : "")
        : answer.toString();
  }

  private List<String> ask(Message request, Class<? extends Message> reply) {
    send(request, reply);
    return answersAfter(20 * MILLIS);
  }

  private List<String> answersAfter(long nanos) {
    scene.run(nanos);
    List<String> given = List.copyOf(answers);
    answers.clear();
    return given;
  }

  private List<String> read(long counter) {
    return ask(new ReadRegister(set, generation(counter), false), RegisterRead.class);
  }

  private List<String> write(long counter, long sequence, Bytes value) {
    return ask(new WriteRegister(set, generation(counter), sequence, value), RegisterWritten.class);
  }

  private void restart() {
    scene.kill(NAME, true);
    scene.reboot(NAME);
    scene.run(20 * MILLIS);
  }

  @Test
  void keepsWhatItPromisedAndWhatWasWrittenWhenThePowerGoes() {
    assertThat(read(4)).containsExactly("read by 4, nothing");
    restart();
    assertThat(write(3, 1, STATE)).containsExactly("refused by 4");
    assertThat(write(4, 1, STATE)).containsExactly("accepted by 4");
    restart();
    assertThat(write(4, 1, STATE)).containsExactly("accepted by 4");
    assertThat(write(4, 2, STATE)).containsExactly("accepted by 4");
    restart();
    assertThat(write(4, 1, STATE)).containsExactly("refused by 4");
    assertThat(read(3)).containsExactly("read by 4, written by 4.2");
    assertThat(read(5)).containsExactly("read by 5, written by 4.2");
  }

  /** The power goes at every instant between a request and what follows its answer. */
  @Test
  void saysNothingThatACrashCanTakeBack() {
    int heard = 0;
    for (long cut = 0; cut < 100; cut++) {
      scene.run(20 * MILLIS);
      answers.clear();
      send(new ReadRegister(set, generation(10 + cut), false), RegisterRead.class);
      send(new WriteRegister(set, generation(10 + cut), 1, STATE), RegisterWritten.class);
      List<String> given = answersAfter(cut * MILLIS / 50);
      restart();
      answers.clear();
      List<String> found = read(1);
      if (given.contains("accepted by " + (10 + cut))) {
        heard++;
        assertThat(found)
            .containsExactly("read by " + (10 + cut) + ", written by " + (10 + cut) + ".1");
      } else if (!given.isEmpty()) {
        assertThat(found.get(0)).startsWith("read by " + (10 + cut));
      }
    }
    assertThat(heard).isBetween(20, 80);
  }

  /**
   * It stopped the worker, and with it all that the process had besides; nobody could look at it.
   */
  @Test
  void aFileThatIsNotWhatWasWrittenIsNamedAndItsSetHasNoSuchCoordinator() {
    write(4, 1, STATE);
    scene.kill(NAME, true);
    String path = "coordinator/register-" + set;
    SimDisk disk = scene.world.machine("machine of " + NAME).disk();
    disk.flip(path, 30, 2);
    Bytes damaged = disk.content(path);
    scene.reboot(NAME);
    scene.world.runFor(20 * MILLIS);
    assertThat(scene.world.failure()).isNull();
    assertThat(read(9)).containsExactly("FILE_CORRUPT");
    assertThat(write(9, 1, STATE)).containsExactly("FILE_CORRUPT");
    assertThat(ask(new ReadRegister(set, generation(9), true), RegisterRead.class))
        .containsExactly("FILE_CORRUPT");
    assertThat(ask(new GetLeader(set, Uid.NONE), Nominee.class)).containsExactly("FILE_CORRUPT");
    assertThat(ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class))
        .containsExactly("FILE_CORRUPT");
    assertThat(ask(new Heartbeat(set, candidate(1)), HeartbeatTaken.class))
        .containsExactly("FILE_CORRUPT");
    assertThat(ask(new FoundSet(set), SetFounders.class)).containsExactly("FILE_CORRUPT");
    assertThat(status().fields())
        .filteredOn(field -> field.name().equals("corrupt"))
        .singleElement()
        .extracting(StatusField::value)
        .asString()
        .startsWith(set + " ")
        .contains("register-" + set, "not what was written");
    // Of another set it is one as ever, and of that one again when a copy is put back.
    assertThat(ask(new ReadRegister(new Uid(8, 8), generation(1), true), RegisterRead.class))
        .containsExactly("read by 1, nothing");
    assertThat(disk.content(path)).isEqualTo(damaged);
    scene.kill(NAME, true);
    disk.flip(path, 30, 2);
    scene.reboot(NAME);
    scene.world.runFor(20 * MILLIS);
    assertThat(read(1)).containsExactly("read by 4, written by 4.1");
  }

  @Test
  void refusesWhatItDoesNotUnderstandAndWhatIsOutOfBounds() {
    Uid other = new Uid(9, 9);
    Bytes large = MovableValue.of(Bytes.wrap(new byte[Coordinator.VALUE_BYTES_MAX])).encode();
    assertThat(ask(new GetLogState(), RoleStatus.class)).containsExactly("MALFORMED_REQUEST");
    assertThat(read(0)).containsExactly("MALFORMED_REQUEST");
    assertThat(read(-5)).containsExactly("MALFORMED_REQUEST");
    assertThat(read(Long.MAX_VALUE)).containsExactly("MALFORMED_REQUEST");
    assertThat(write(4, 0, STATE)).containsExactly("MALFORMED_REQUEST");
    assertThat(write(4, 1, Bytes.utf8("?"))).containsExactly("MALFORMED_REQUEST");
    assertThat(write(4, 1, large)).containsExactly("VALUE_TOO_LARGE");
    assertThat(ask(new ReadRegister(Uid.NONE, generation(1), true), RegisterRead.class))
        .containsExactly("MALFORMED_REQUEST");
    assertThat(ask(new GetLeader(other, Uid.NONE), Nominee.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    assertThat(ask(new Nominate(set, Candidate.NONE, Uid.NONE), Nominee.class))
        .containsExactly("MALFORMED_REQUEST");
    assertThat(ask(new Heartbeat(set, Candidate.NONE), HeartbeatTaken.class))
        .containsExactly("MALFORMED_REQUEST");
    assertThat(ask(new ReadRegister(other, generation(1), true), RegisterRead.class))
        .containsExactly("read by 1, nothing");
    assertThat(ask(new ReadRegister(new Uid(8, 8), generation(1), true), RegisterRead.class))
        .containsExactly("SERVER_REQUEST_QUEUE_FULL");
    // After all this it is as good as new.
    assertThat(read(1)).containsExactly("read by 1, nothing");
  }

  @Test
  void aPollIsAnsweredWhenTheNomineeChangesOrItsTimeIsOver() {
    Candidate two = candidate(2);
    assertThat(ask(new Nominate(set, two, Uid.NONE), Nominee.class)).containsExactly("nominee 2");
    send(new Nominate(set, two, two.changeId()), Nominee.class);
    send(new GetLeader(set, two.changeId()), Nominee.class);
    assertThat(answersAfter(900 * MILLIS)).isEmpty();
    assertThat(answersAfter(300 * MILLIS)).containsExactly("nominee 2", "nominee 2");
    send(new GetLeader(set, two.changeId()), Nominee.class);
    assertThat(ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class))
        .containsExactly("nominee 1", "nominee 1");
  }

  @Test
  void moreThanSoManyPollsAreAnsweredAtOnce() {
    ask(new Nominate(set, candidate(2), Uid.NONE), Nominee.class);
    for (int i = 0; i < OPTIONS.pollsMax(); i++) {
      send(new GetLeader(set, new Uid(0, 2)), Nominee.class);
    }
    assertThat(answersAfter(20 * MILLIS)).isEmpty();
    assertThat(ask(new GetLeader(set, new Uid(0, 2)), Nominee.class)).containsExactly("nominee 2");
    assertThat(answersAfter(1_200 * MILLIS)).hasSize(OPTIONS.pollsMax());
  }

  @Test
  void theFirstNomineeMayClaimAtOnceAndAfterARestartNobodyElseMayForAWhile() {
    ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class);
    assertThat(beat(1)).containsExactly("taken true");
    restart();
    assertThat(ask(new Nominate(set, candidate(2), Uid.NONE), Nominee.class))
        .containsExactly("nominee 1");
    assertThat(beat(2)).containsExactly("taken false");
    assertThat(beat(1)).containsExactly("taken true, contested");
    restart();
    scene.run(OPTIONS.holdNanos());
    assertThat(beat(2)).containsExactly("taken true");
    assertThat(beat(1)).containsExactly("taken false, contested");
  }

  private List<String> beat(long id) {
    return ask(new Heartbeat(set, candidate(id)), HeartbeatTaken.class);
  }

  @Test
  void nothingIsHeldForWhoHasResignedAlsoBeforeARestart() {
    ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class);
    assertThat(beat(1)).containsExactly("taken true");
    restart();
    send(new Nominate(set, candidate(2), new Uid(0, 1)), Nominee.class);
    assertThat(answersAfter(20 * MILLIS)).isEmpty();
    assertThat(ask(new Resigned(set, new Uid(0, 3)), Nominee.class)).containsExactly("nominee 1");
    assertThat(ask(new Resigned(set, new Uid(0, 1)), Nominee.class))
        .containsExactly("nominee 2", "nominee 2");
    assertThat(beat(2)).containsExactly("taken true");
    assertThat(ask(new Resigned(new Uid(9, 9), new Uid(0, 2)), Nominee.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    assertThat(beat(1)).containsExactly("taken false, contested");
  }

  @Test
  void whoAsksForTheLeaderIsToldWhereTheStateHasMovedAlsoAfterARestart() {
    CoordinatorSet next = new CoordinatorSet(new Uid(0, 77), List.of(new Address("other:1", 3)));
    ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class);
    send(new GetLeader(set, new Uid(0, 1)), Nominee.class);
    assertThat(write(4, 1, MovableValue.moving(next).encode())).containsExactly("accepted by 4");
    assertThat(write(4, 2, MovableValue.moved(next).encode()))
        .containsExactlyInAnyOrder("accepted by 4", "moved to 77");
    restart();
    assertThat(ask(new GetLeader(set, Uid.NONE), Nominee.class)).containsExactly("moved to 77");
    assertThat(ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class))
        .containsExactly("moved to 77");
    assertThat(ask(new Heartbeat(set, candidate(1)), HeartbeatTaken.class))
        .containsExactly("taken false");
  }

  private void restartAs(boolean mayCreate, String... coordinators) {
    CoordinatorSet own =
        CoordinatorSet.first(
            set,
            List.of(coordinators).stream()
                .map(process -> new Address(process, Endpoints.COORDINATOR))
                .toList());
    scene.isMember(NAME, new Membership(set, own, mayCreate));
    scene.kill(NAME, true);
    scene.reboot(NAME);
    scene.world.runFor(20 * MILLIS);
  }

  /** As when a disk was lost: it had promised something to somebody. */
  @Test
  void withoutItsRegisterItIsNoCoordinatorOfADatabaseThatIsThere() {
    assertThat(write(4, 1, STATE)).containsExactly("accepted by 4");
    scene.kill(NAME, true);
    scene.world.machine("machine of " + NAME).disk().lose("coordinator/");
    scene.isMember(NAME, new Membership(set, scene.set, false));
    scene.reboot(NAME);
    scene.run(20 * MILLIS);
    assertThat(read(1)).containsExactly("FILE_CORRUPT");
    assertThat(write(5, 1, STATE)).containsExactly("FILE_CORRUPT");
    assertThat(ask(new Nominate(set, candidate(1), Uid.NONE), Nominee.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    assertThat(ask(new Heartbeat(set, candidate(1)), HeartbeatTaken.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    assertThat(ask(new GetLeader(set, Uid.NONE), Nominee.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    // A state may move here all the same.
    assertThat(ask(new ReadRegister(new Uid(8, 8), generation(1), true), RegisterRead.class))
        .containsExactly("read by 1, nothing");
  }

  @Test
  void candidatesOfAnotherDatabaseAreNotNominated() {
    Uid other = new Uid(9, 9);
    assertThat(ask(new Nominate(other, candidate(1), Uid.NONE), Nominee.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    assertThat(ask(new Heartbeat(other, candidate(1)), HeartbeatTaken.class))
        .containsExactly("CONNECTION_STRING_INVALID");
    assertThat(ask(new GetLeader(other, Uid.NONE), Nominee.class))
        .containsExactly("CONNECTION_STRING_INVALID");
  }

  @Test
  void oneOfThreeIsNotStartedAsTheOnlyOne() {
    restartAs(true, NAME, "other:1", "third:1");
    assertThat(scene.world.failure().cause())
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("register-" + set)
        .hasMessageContaining(NAME + ", other:1, third:1");
  }

  /** Machines get other addresses, and may get all of them at once. */
  @Test
  void aCoordinatorMayBeAtAnotherAddressButNotInASetOfAnotherSize() {
    restartAs(false, "elsewhere:1");
    assertThat(scene.world.failure()).isNull();
    assertThat(write(4, 1, STATE)).containsExactly("accepted by 4");
    restartAs(false, NAME, "other:1", "third:1");
    assertThat(scene.world.failure().cause())
        .hasMessageContaining("belongs to a coordinator of elsewhere:1")
        .matches(cause -> ((AshlarException) cause).code() == ErrorCode.CONNECTION_STRING_INVALID);
  }

  @Test
  void onlyWhoMovesTheStateToASetMakesACoordinatorOneOfIt() {
    Uid other = new Uid(8, 8);
    Message late = new ReadRegister(other, generation(1), false);
    assertThat(ask(late, RegisterRead.class)).containsExactly("FILE_CORRUPT");
    assertThat(ask(new WriteRegister(other, generation(1), 1, STATE), RegisterWritten.class))
        .containsExactly("FILE_CORRUPT");
    assertThat(ask(new ReadRegister(other, generation(1), true), RegisterRead.class))
        .containsExactly("read by 1, nothing");
    restart();
    assertThat(ask(late, RegisterRead.class)).containsExactly("read by 1, nothing");
  }

  @Test
  void tellsItsStatus() {
    write(4, 1, STATE);
    RoleStatus told = status();
    assertThat(told.role()).isEqualTo("coordinator");
    assertThat(told.fields())
        .contains(
            new StatusField("sets", "1"),
            new StatusField("set", set.toString()),
            new StatusField("read-generation", "4 of " + new Uid(1, 4)));
  }

  private RoleStatus status() {
    List<RoleStatus> statuses = new ArrayList<>();
    host.network()
        .request(
            scene.set.coordinators().get(0),
            new GetRoleStatus(),
            RoleStatus.class,
            CoordinatorScene.SECOND,
            new ReplyHandler<RoleStatus>() {
              @Override
              public void onReply(RoleStatus status) {
                statuses.add(status);
              }

              @Override
              public void onFailure(Failure failure) {
                throw new AssertionError(failure);
              }
            });
    scene.run(20 * MILLIS);
    return statuses.get(0);
  }
}
