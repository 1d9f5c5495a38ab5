package io.ashlar.log;

import static io.ashlar.log.LogScenes.EPOCH;
import static io.ashlar.log.LogScenes.first;
import static io.ashlar.log.LogScenes.logId;
import static io.ashlar.log.LogScenes.payload;
import static io.ashlar.log.LogScenes.peek;
import static io.ashlar.log.LogScenes.peeked;
import static io.ashlar.log.LogScenes.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.Uid;
import io.ashlar.message.ConfirmEpoch;
import io.ashlar.message.EpochConfirmed;
import io.ashlar.message.GetLiveVersion;
import io.ashlar.message.GetLogState;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPopped;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogState;
import io.ashlar.message.PeekLog;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.PopLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogServerTest {
  private final FakeWorld world = new FakeWorld(7);
  private final FakeWorld.Node log = world.node(logId(1));

  @BeforeEach
  void recruitFirst() {
    log.recruit(first(1), LogScenes.small());
    world.runUntilIdle();
    assertThat(log.ready).isTrue();
  }

  private LogPeeked peekNow(int tag, long from) {
    return log.call(peek(tag, from), LogPeeked.class);
  }

  private long field(String name) {
    for (StatusField field : log.call(new GetRoleStatus(), RoleStatus.class).fields()) {
      if (field.name().equals(name)) {
        return Long.parseLong(field.value());
      }
    }
    throw new AssertionError("no field " + name);
  }

  private void pushed(long previous, long version, int... tags) {
    log.call(push(previous, version, payload(version, 10, tags)), LogPushed.class);
  }

  @Test
  void acknowledgesAPushOnlyWhenItIsDurable() {
    log.disk.stuck = true;
    FakeWorld.Answer answer = log.ask(push(0, 10, payload(10, 10, 1)));
    world.runUntilIdle();
    assertThat(answer.message).isNull();
    log.disk.unstick();
    world.runUntilIdle();
    assertThat(answer.as(LogPushed.class).version()).isEqualTo(10);
  }

  @Test
  void givesAVersionToReadersBeforeItIsDurable() {
    log.disk.stuck = true;
    log.ask(push(0, 10, payload(10, 10, 1)));
    LogPeeked peeked = peekNow(1, 1);
    assertThat(peeked.through()).isEqualTo(10);
    assertThat(PeekEntries.decode(peeked.entries()))
        .containsExactly(new PeekEntries.Entry(10, peeked(1, 10, 10)));
    assertThat(peeked.locked()).isFalse();
  }

  @Test
  void takesPushesInTheOrderOfTheChain() {
    FakeWorld.Answer third = log.ask(push(20, 30, payload(30, 10, 1)));
    FakeWorld.Answer second = log.ask(push(10, 20, payload(20, 10, 1)));
    world.runUntilIdle();
    assertThat(second.message).isNull();
    assertThat(peekNow(1, 1).through()).isZero();
    FakeWorld.Answer first = log.ask(push(0, 10, payload(10, 10, 1)));
    world.runUntilIdle();
    assertThat(first.as(LogPushed.class).version()).isEqualTo(10);
    assertThat(second.as(LogPushed.class).version()).isEqualTo(20);
    assertThat(third.as(LogPushed.class).version()).isEqualTo(30);
  }

  @Test
  void acknowledgesARepeatedPushWhenTheFirstIsDurable() {
    log.disk.stuck = true;
    FakeWorld.Answer first = log.ask(push(0, 10, payload(10, 10, 1)));
    FakeWorld.Answer again = log.ask(push(0, 10, payload(10, 10, 1)));
    world.runUntilIdle();
    assertThat(again.message).isNull();
    log.disk.unstick();
    world.runUntilIdle();
    assertThat(first.as(LogPushed.class).version()).isEqualTo(10);
    assertThat(again.as(LogPushed.class).version()).isEqualTo(10);
    pushed(0, 10, 1);
    assertThat(PeekEntries.decode(peekNow(1, 1).entries())).hasSize(1);
  }

  @Test
  void keepsOfAPushThatIsRepeatedOftenTheLastAlone() {
    log.disk.stuck = true;
    PushLog push = push(0, 10, payload(10, 10, 1));
    List<FakeWorld.Answer> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(log.ask(push));
    }
    world.runUntilIdle();
    log.disk.unstick();
    world.runUntilIdle();
    assertThat(answers.get(0).as(LogPushed.class).version()).isEqualTo(10);
    assertThat(answers.get(49).as(LogPushed.class).version()).isEqualTo(10);
    assertThat(answers.stream().filter(answer -> answer.message != null)).hasSize(2);
  }

  @Test
  void refusesAPushThatWouldForkTheChain() {
    pushed(0, 10, 1);
    assertThat(log.call(push(5, 20, Bytes.EMPTY), Refused.class).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
    assertThat(log.call(push(30, 30, Bytes.EMPTY), Refused.class).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void refusesAMalformedPayloadAndKeepsTheChainWhereItWas() {
    assertThat(log.call(push(0, 10, Bytes.of(1, 2)), Refused.class).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
    pushed(0, 10, 1);
  }

  @Test
  void refusesPushesOfAnotherEpoch() {
    PushLog other = new PushLog(EPOCH - 1, 0, 10, 0, Bytes.EMPTY);
    assertThat(log.call(other, Refused.class).code()).isEqualTo(ErrorCode.TLOG_STOPPED);
  }

  @Test
  void boundsTheParkedPushes() {
    for (int i = 0; i < 16; i++) {
      log.ask(push(100 + i * 10, 110 + i * 10, Bytes.EMPTY));
    }
    assertThat(log.call(push(900, 910, Bytes.EMPTY), Refused.class).code())
        .isEqualTo(ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    pushed(0, 100);
    world.runUntilIdle();
    assertThat(log.call(new GetLogState(), LogState.class).version()).isEqualTo(260);
  }

  @Test
  void syncsEverythingThatCameMeanwhileInOneGroup() {
    log.disk.stuck = true;
    log.ask(push(0, 10, Bytes.EMPTY));
    log.endBatch();
    for (long v = 10; v < 60; v += 10) {
      log.ask(push(v, v + 10, Bytes.EMPTY));
    }
    log.disk.unstick();
    world.runUntilIdle();
    LogState state = log.call(new GetLogState(), LogState.class);
    assertThat(state.durableVersion()).isEqualTo(60);
    // The header, the first push, and all others together.
    assertThat(field("syncs")).isEqualTo(3);
  }

  @Test
  void answersAWaitingPeekAsSoonAsTheChainGetsThere() {
    FakeWorld.Answer answer = log.ask(new PeekLog(1, 5, 1000, 50_000_000));
    world.runFor(1_000_000);
    assertThat(answer.message).isNull();
    log.ask(push(0, 10, payload(10, 10, 2)));
    log.endBatch();
    LogPeeked peeked = answer.as(LogPeeked.class);
    assertThat(peeked.through()).isEqualTo(10);
    assertThat(peeked.entries()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void answersAWaitingPeekWithoutNewsWhenTheCappedWaitIsOver() {
    FakeWorld.Answer answer = log.ask(new PeekLog(1, 5, 1000, Long.MAX_VALUE));
    world.runFor(99_000_000);
    assertThat(answer.message).isNull();
    world.runFor(2_000_000);
    assertThat(answer.as(LogPeeked.class).through()).isEqualTo(4);
  }

  @Test
  void boundsTheWaitingPeeks() {
    for (int i = 0; i < 16; i++) {
      log.ask(new PeekLog(1, 5, 1000, 50_000_000));
    }
    assertThat(log.call(new PeekLog(1, 5, 1000, 50_000_000), Refused.class).code())
        .isEqualTo(ErrorCode.SERVER_REQUEST_QUEUE_FULL);
  }

  @Test
  void stopsAPeekAtItsBytesButGivesOneVersionWhole() {
    for (long v = 0; v < 50; v += 10) {
      pushed(v, v + 10, 1);
    }
    LogPeeked one = log.call(new PeekLog(1, 11, 1, 0), LogPeeked.class);
    assertThat(one.through()).isEqualTo(20);
    assertThat(PeekEntries.decode(one.entries())).hasSize(1);
  }

  @Test
  void readsBackFromSegmentsWhatDoesNotFitInMemory() {
    for (long v = 0; v < 2000; v += 10) {
      pushed(v, v + 10, (v % 30 == 0) ? 1 : 2, 3);
    }
    assertThat(field("segments")).isGreaterThan(3);
    for (int tag = 1; tag <= 3; tag++) {
      long from = 1;
      int found = 0;
      while (from <= 2000) {
        LogPeeked peeked = peekNow(tag, from);
        assertThat(peeked.through()).isGreaterThanOrEqualTo(from);
        for (PeekEntries.Entry entry : PeekEntries.decode(peeked.entries())) {
          assertThat(entry.mutations()).isEqualTo(peeked(tag, entry.version(), 10));
          assertThat(entry.version()).isBetween(from, peeked.through());
          found++;
        }
        from = peeked.through() + 1;
      }
      assertThat(found).isEqualTo(tag == 3 ? 200 : tag == 1 ? 67 : 133);
    }
    assertThat(world.probes).contains("log.read-back");
    assertThat(log.disk.openHandles).isLessThanOrEqualTo(2);
  }

  @Test
  void aSegmentGrowsOverItsReservedSizeWhileTheNextComesLateAndIsReadBackWhole() {
    world.forced.add("log.reserve-later");
    for (long v = 0; v < 4000; v += 10) {
      pushed(v, v + 10, 1);
    }
    assertThat(world.probes).contains("log.no-next-segment-yet");
    assertThat(field("segments")).isEqualTo(1);
    assertThat(log.disk.files.get(LogFiles.segmentName(1)).size)
        .isGreaterThan(2 * LogScenes.small().segmentBytes());
    // Everything of it was acknowledged, so nothing may be taken for a torn tail.
    log.crash();
    log.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(log.call(new LockLog(EPOCH + 1), LogLocked.class).end()).isEqualTo(4000);
  }

  @Test
  void aSegmentThatWasReservedLateIsTheNext() {
    world.forced.add("log.reserve-later");
    for (long v = 0; v < 2000; v += 10) {
      pushed(v, v + 10, 1);
    }
    assertThat(field("segments")).isEqualTo(1);
    world.runUntilIdle();
    pushed(2000, 2010, 1);
    assertThat(field("segments")).isEqualTo(2);
  }

  /** Else anybody could fill its memory by asking for one tag after the other. */
  @Test
  void popsOfTagsThatHaveNothingAreRememberedUpToALimit() {
    int tag = 2 * LogScenes.small().tagsMax();
    pushed(0, 10, 1);
    for (int other = 2; other <= tag; other++) {
      log.call(new PopLog(other, 10), LogPopped.class);
    }
    assertThat(peekNow(2, 1).poppedThrough()).isEqualTo(10);
    assertThat(peekNow(tag, 1).poppedThrough()).isZero();
    pushed(10, 20, 1, tag);
    LogPeeked peeked = peekNow(tag, 1);
    assertThat(PeekEntries.decode(peeked.entries()))
        .containsExactly(new PeekEntries.Entry(20, peeked(tag, 20, 10)));
    log.call(new PopLog(tag, 20), LogPopped.class);
    assertThat(peekNow(tag, 1).poppedThrough()).isEqualTo(20);
    log.call(new PopLog(1, 20), LogPopped.class);
    assertThat(log.call(new GetLogState(), LogState.class).firstUnpopped())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void deletesSegmentsWhenEveryEntryInThemIsPopped() {
    for (long v = 0; v < 2000; v += 10) {
      pushed(v, v + 10, 1, 2);
    }
    long files = log.disk.files.keySet().stream().filter(n -> n.startsWith("segment")).count();
    log.call(new PopLog(1, 2000), LogPopped.class);
    world.runUntilIdle();
    assertThat(field("segments")).isGreaterThan(3);
    log.call(new PopLog(2, 1990), LogPopped.class);
    world.runUntilIdle();
    assertThat(field("segments")).isEqualTo(1);
    long left = log.disk.files.keySet().stream().filter(n -> n.startsWith("segment")).count();
    assertThat(left).isLessThan(files).isLessThanOrEqualTo(2);
    assertThat(log.call(new GetLogState(), LogState.class).firstUnpopped()).isBetween(1991L, 2000L);
    log.call(new PopLog(2, 2000), LogPopped.class);
    assertThat(log.call(new GetLogState(), LogState.class).firstUnpopped())
        .isEqualTo(Long.MAX_VALUE);
    LogPeeked peeked = peekNow(1, 1);
    assertThat(peeked.poppedThrough()).isEqualTo(2000);
    assertThat(peeked.through()).isEqualTo(2000);
    assertThat(peeked.entries()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void tagsThatSomebodyOnlyAsksForTakeNoRoomFromThoseThatArePushed() {
    for (int tag = 0; tag < 2 * LogScenes.small().tagsMax(); tag++) {
      log.call(new PopLog(tag, 1), LogPopped.class);
      log.ask(new PeekLog(tag, 1, 1000, 0));
    }
    world.runUntilIdle();
    pushed(0, 10, 70_000);
    assertThat(peekNow(70_000, 1).through()).isEqualTo(10);
  }

  @Test
  void refusesAPeekOfATagThatIsHeldElsewhere() {
    FakeWorld.Node other = world.node(logId(2));
    other.recruit(
        new RecruitLog(
            Uid.NONE,
            EPOCH,
            logId(2),
            LogScenes.generation(EPOCH, 0, 0, 1, 0, 2, 3),
            LogScenes.noOld(),
            List.of()),
        LogScenes.small());
    world.runUntilIdle();
    int held = 0;
    for (int tag = 0; tag < 20; tag++) {
      FakeWorld.Answer answer = other.ask(peek(tag, 1));
      world.runUntilIdle();
      if (answer.message instanceof LogPeeked) {
        held++;
      } else {
        assertThat(answer.as(Refused.class).code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
      }
    }
    assertThat(held).isBetween(1, 19);
  }

  @Test
  void tellsTheLargestKnownCommittedVersionCappedByItsOwn() {
    log.call(new PushLog(EPOCH, 0, 10, 500, Bytes.EMPTY), LogPushed.class);
    assertThat(peekNow(1, 1).knownCommittedVersion()).isEqualTo(10);
    log.call(new PushLog(EPOCH, 10, 600, 20, Bytes.EMPTY), LogPushed.class);
    assertThat(peekNow(1, 1).knownCommittedVersion()).isEqualTo(500);
  }

  @Test
  void locksOnlyWhenEverythingReceivedIsDurableAndNeverTakesAnythingAgain() {
    pushed(0, 10, 1);
    log.disk.stuck = true;
    FakeWorld.Answer inChain = log.ask(push(10, 20, payload(20, 10, 1)));
    FakeWorld.Answer parked = log.ask(push(30, 40, payload(40, 10, 1)));
    FakeWorld.Answer locked = log.ask(new LockLog(EPOCH + 1));
    world.runUntilIdle();
    assertThat(locked.message).isNull();
    assertThat(inChain.as(Refused.class).code()).isEqualTo(ErrorCode.TLOG_STOPPED);
    assertThat(parked.as(Refused.class).code()).isEqualTo(ErrorCode.TLOG_STOPPED);
    assertThat(log.call(new ConfirmEpoch(EPOCH), Refused.class).code())
        .isEqualTo(ErrorCode.TLOG_STOPPED);
    assertThat(peekNow(1, 1).locked()).isFalse();
    log.disk.unstick();
    world.runUntilIdle();
    assertThat(locked.as(LogLocked.class).end()).isEqualTo(20);
    assertThat(log.call(push(20, 30, Bytes.EMPTY), Refused.class).code())
        .isEqualTo(ErrorCode.TLOG_STOPPED);
    assertThat(log.call(push(0, 10, Bytes.EMPTY), Refused.class).code())
        .isEqualTo(ErrorCode.TLOG_STOPPED);
    assertThat(peekNow(1, 1).locked()).isTrue();
    assertThat(log.call(new LockLog(EPOCH + 5), LogLocked.class).end()).isEqualTo(20);
  }

  @Test
  void refusesToBeLockedByAnAttemptThatIsNotNewer() {
    assertThat(log.call(new LockLog(EPOCH), Refused.class).code())
        .isEqualTo(ErrorCode.COORDINATED_STATE_CONFLICT);
    pushed(0, 10, 1);
  }

  @Test
  void confirmsItsEpochAndNoOther() {
    log.call(new ConfirmEpoch(EPOCH), EpochConfirmed.class);
    assertThat(log.call(new ConfirmEpoch(EPOCH + 1), Refused.class).code())
        .isEqualTo(ErrorCode.TLOG_STOPPED);
  }

  @Test
  void servesAsIfLockedAfterARestart() {
    pushed(0, 10, 1);
    pushed(10, 20, 1, 2);
    log.crash();
    log.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(log.ready).isTrue();
    assertThat(log.server.epoch()).isEqualTo(EPOCH);
    assertThat(log.call(push(20, 30, Bytes.EMPTY), Refused.class).code())
        .isEqualTo(ErrorCode.TLOG_STOPPED);
    assertThat(log.call(new ConfirmEpoch(EPOCH), Refused.class).code())
        .isEqualTo(ErrorCode.TLOG_STOPPED);
    LogLocked locked = log.call(new LockLog(EPOCH + 1), LogLocked.class);
    assertThat(locked.end()).isEqualTo(20);
    assertThat(locked.knownCommittedVersion()).isEqualTo(10);
    LogPeeked peeked = peekNow(2, 1);
    assertThat(peeked.locked()).isTrue();
    assertThat(peeked.end()).isEqualTo(20);
    assertThat(PeekEntries.decode(peeked.entries()))
        .containsExactly(new PeekEntries.Entry(20, peeked(2, 20, 10)));
  }

  @Test
  void refusesPingsOnceItTakesNothingAnyMore() {
    log.call(new Ping(), Pong.class);
    log.call(new LockLog(EPOCH + 1), LogLocked.class);
    assertThat(log.call(new Ping(), Refused.class).code()).isEqualTo(ErrorCode.TLOG_STOPPED);
    log.crash();
    log.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(log.call(new Ping(), Refused.class).code()).isEqualTo(ErrorCode.TLOG_STOPPED);
  }

  @Test
  void answersPingAndRefusesWhatIsNotForIt() {
    log.call(new Ping(), Pong.class);
    assertThat(log.call(new GetLiveVersion(), Refused.class).code())
        .isEqualTo(ErrorCode.MALFORMED_REQUEST);
    assertThat(log.call(new GetRoleStatus(), RoleStatus.class).role()).isEqualTo("log-server");
  }
}
