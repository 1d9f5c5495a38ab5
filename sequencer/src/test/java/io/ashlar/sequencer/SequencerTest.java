package io.ashlar.sequencer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.host.Inbound;
import io.ashlar.message.Address;
import io.ashlar.message.CommitVersion;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.GetLiveVersion;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.Message;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.message.Refused;
import io.ashlar.message.ReportCommitted;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SequencerTest {
  private static final long RT = 900_000_000;
  private static final Uid A = new Uid(1, 1);
  private static final Uid B = new Uid(2, 2);

  private final FakeHost world = new FakeHost();
  private Sequencer sequencer;

  @BeforeEach
  void start() {
    start(SequencerOptions.defaults());
  }

  private void start(SequencerOptions options) {
    RecruitSequencer recruit =
        new RecruitSequencer(
            Uid.NONE,
            3,
            new Uid(9, 9),
            RT,
            new StoreTime(RT, 1_700_000_000_000L),
            Limits.WINDOW_VERSIONS);
    sequencer = new Sequencer(world.host(), recruit, options);
    sequencer.start();
  }

  private Message ask(Message message) {
    return world.ask(sequencer, message);
  }

  private void passMicros(long micros) {
    world.nowNanos += micros * 1_000;
  }

  @Test
  void givesVersionsInAChain() {
    passMicros(40);
    assertThat(ask(new GetCommitVersion(A, 1))).isEqualTo(new CommitVersion(1, RT, RT + 40));
    passMicros(2);
    assertThat(ask(new GetCommitVersion(B, 1))).isEqualTo(new CommitVersion(1, RT + 40, RT + 42));
  }

  @Test
  void repeatsTheAnswerToARepeatedRequest() {
    passMicros(40);
    Message first = ask(new GetCommitVersion(A, 1));
    passMicros(1_000);
    assertThat(ask(new GetCommitVersion(A, 1))).isEqualTo(first);
  }

  @Test
  void answersRequestsOfAProxyInTheOrderOfTheirNumbers() {
    long third = world.deliver(sequencer, new GetCommitVersion(A, 3));
    long second = world.deliver(sequencer, new GetCommitVersion(A, 2));
    assertThat(world.replies).isEmpty();
    passMicros(5);
    long first = world.deliver(sequencer, new GetCommitVersion(A, 1));
    assertThat(world.replies.get(first)).isEqualTo(new CommitVersion(1, RT, RT + 5));
    assertThat(world.replies.get(second)).isEqualTo(new CommitVersion(2, RT + 5, RT + 6));
    assertThat(world.replies.get(third)).isEqualTo(new CommitVersion(3, RT + 6, RT + 7));
  }

  @Test
  void answersTheNewestOfEqualRequestsThatWaited() {
    long old = world.deliver(sequencer, new GetCommitVersion(A, 2));
    long repeated = world.deliver(sequencer, new GetCommitVersion(A, 2));
    ask(new GetCommitVersion(A, 1));
    assertThat(world.replies).doesNotContainKey(old);
    assertThat(world.replies.get(repeated)).isInstanceOf(CommitVersion.class);
  }

  @Test
  void liveVersionIsWhatWasReported() {
    assertThat(ask(new GetLiveVersion())).isEqualTo(new LiveVersion(RT));
    passMicros(40);
    ask(new GetCommitVersion(A, 1));
    assertThat(ask(new GetLiveVersion())).isEqualTo(new LiveVersion(RT));
    assertThat(ask(new ReportCommitted(RT + 40))).isEqualTo(new LiveVersion(RT + 40));
    assertThat(ask(new GetLiveVersion())).isEqualTo(new LiveVersion(RT + 40));
    assertThat(ask(new ReportCommitted(RT))).isEqualTo(new LiveVersion(RT + 40));
  }

  @Test
  void refusesAReportOfAVersionItNeverGave() {
    assertThat(ask(new ReportCommitted(RT + 1)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.VERSION_INVALID));
    assertThat(ask(new GetLiveVersion())).isEqualTo(new LiveVersion(RT));
  }

  @Test
  void grantsThatRunTooFarAheadWaitUntilTheLiveVersionMoves() {
    start(new SequencerOptions(100, 250, 8, 8, 8));
    passMicros(1_000);
    ask(new GetCommitVersion(A, 1));
    passMicros(1_000);
    ask(new GetCommitVersion(A, 2));
    passMicros(1_000);
    long ofB = world.deliver(sequencer, new GetCommitVersion(B, 1));
    long ofA = world.deliver(sequencer, new GetCommitVersion(A, 3));
    long ofALater = world.deliver(sequencer, new GetCommitVersion(A, 4));
    assertThat(world.replies).doesNotContainKeys(ofA, ofB, ofALater);

    assertThat(ask(new ReportCommitted(RT + 100))).isEqualTo(new LiveVersion(RT + 100));
    assertThat(world.replies.get(ofB)).isEqualTo(new CommitVersion(1, RT + 200, RT + 300));
    assertThat(world.replies.get(ofA)).isEqualTo(new CommitVersion(3, RT + 300, RT + 301));
    assertThat(world.replies.get(ofALater)).isEqualTo(new CommitVersion(4, RT + 301, RT + 302));
    assertThat(world.probes).contains("sequencer.waits-for-live-version");
  }

  @Test
  void aGrantMayWaitForWhatWasGrantedButNeverWhenAllOfItIsCommitted() {
    world.faults.add("sequencer.wait-for-live-version");
    passMicros(100);
    assertThat(ask(new GetCommitVersion(A, 1))).isEqualTo(new CommitVersion(1, RT, RT + 100));
    passMicros(100);
    long waits = world.deliver(sequencer, new GetCommitVersion(B, 1));
    assertThat(world.replies).doesNotContainKey(waits);
    assertThat(ask(new GetCommitVersion(A, 1))).isEqualTo(new CommitVersion(1, RT, RT + 100));
    ask(new ReportCommitted(RT + 100));
    assertThat(world.replies.get(waits)).isEqualTo(new CommitVersion(1, RT + 100, RT + 200));
  }

  @Test
  void aRequestThatWaitedIsForgottenWhenItIsSentAgainAndGranted() {
    passMicros(100);
    ask(new GetCommitVersion(A, 1));
    world.faults.add("sequencer.wait-for-live-version");
    world.deliver(sequencer, new GetCommitVersion(B, 1));
    world.faults.clear();
    assertThat(ask(new GetCommitVersion(B, 1))).isInstanceOf(CommitVersion.class);
    assertThat(ask(new GetRoleStatus()))
        .isInstanceOfSatisfying(
            RoleStatus.class,
            status ->
                assertThat(status.fields()).contains(new StatusField("waiting-requests", "0")));
  }

  @Test
  void grantsThatStillRunTooFarAheadGoOnWaiting() {
    start(new SequencerOptions(100, 250, 8, 8, 8));
    for (int number = 1; number <= 2; number++) {
      passMicros(1_000);
      ask(new GetCommitVersion(A, number));
    }
    passMicros(1_000);
    long waits = world.deliver(sequencer, new GetCommitVersion(A, 3));
    ask(new ReportCommitted(RT));
    assertThat(world.replies).doesNotContainKey(waits);
    ask(new ReportCommitted(RT + 200));
    assertThat(world.replies.get(waits)).isEqualTo(new CommitVersion(3, RT + 200, RT + 300));
  }

  @Test
  void boundsTheRequestsThatWait() {
    start(new SequencerOptions(100, 250, 8, 2, 8));
    world.deliver(sequencer, new GetCommitVersion(A, 3));
    world.deliver(sequencer, new GetCommitVersion(A, 4));
    assertThat(ask(new GetCommitVersion(A, 5)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SERVER_REQUEST_QUEUE_FULL));
    assertThat(ask(new GetCommitVersion(A, 4))).isNull();
    ask(new GetCommitVersion(A, 1));
    ask(new GetCommitVersion(A, 2));
    assertThat(ask(new GetCommitVersion(A, 5))).isInstanceOf(CommitVersion.class);
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    assertThat(ask(new GetCommitVersion(A, 0))).isInstanceOf(Refused.class);
    assertThat(ask(new GetClusterView(0, 0)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
    sequencer.onMessage(new Inbound(new Address("there:1", 1), 0, new GetCommitVersion(A, 1)));
    assertThat(ask(new GetCommitVersion(A, 1)))
        .isInstanceOfSatisfying(
            CommitVersion.class, answer -> assertThat(answer.previousVersion()).isEqualTo(RT));
  }

  @Test
  void answersPingAndStatus() {
    assertThat(ask(new Ping())).isEqualTo(new Pong());
    assertThat(ask(new GetRoleStatus()))
        .isInstanceOfSatisfying(
            RoleStatus.class,
            status -> {
              assertThat(status.role()).isEqualTo("sequencer");
              assertThat(status.fields())
                  .contains(new StatusField("live-version", Long.toString(RT)));
            });
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new SequencerOptions(100, 100, 8, 8, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leadVersionsMax");
    assertThatThrownBy(() -> new SequencerOptions(100, 100_000_001, 8, 8, 8))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRequestRefusedAsBusyGetsItsVersionLater() {
    world.faults.add("sequencer.refuse");
    passMicros(40);
    assertThat(ask(new GetCommitVersion(A, 1)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SERVER_REQUEST_QUEUE_FULL));
    world.faults.clear();
    assertThat(ask(new GetCommitVersion(A, 1))).isEqualTo(new CommitVersion(1, RT, RT + 40));
  }

  @Test
  void aJumpStaysWithinTheWindowAndTheNextComesOnlyWhenTheClockHasCaughtUp() {
    world.faults.add("sequencer.jump");
    long previous = RT;
    int jumps = 0;
    for (int number = 1; number <= 200; number++) {
      passMicros(1_000);
      CommitVersion given = (CommitVersion) ask(new GetCommitVersion(A, number));
      assertThat(given.previousVersion()).isEqualTo(previous);
      long step = given.version() - previous;
      assertThat(step).isBetween(900L, Limits.WINDOW_VERSIONS);
      jumps += step > 1_100 ? 1 : 0;
      previous = given.version();
      ask(new ReportCommitted(previous));
    }
    // Versions go back to the clock by a tenth: after a jump of j versions that takes 10 j.
    assertThat(jumps).isBetween(1, 100);
    assertThat(previous).isGreaterThan(RT + 200_000);
  }
}
