package io.ashlar.sequencer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.CheckFailedException;
import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.CommitVersion;
import io.ashlar.sequencer.VersionClock.Decision;
import io.ashlar.sequencer.VersionClock.Outcome;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VersionClockTest {
  private static final long RT = 700_000_000;
  private static final long START = 123_456_789;
  private static final Uid A = new Uid(1, 1);
  private static final Uid B = new Uid(2, 2);

  private final VersionClock clock =
      new VersionClock(RT, Limits.WINDOW_VERSIONS, START, SequencerOptions.defaults());
  private long nowNanos = START;
  private long nextNumber = 1;

  @AfterEach
  void invariantsHold() {
    clock.checkInvariants();
  }

  private CommitVersion grantAfterMicros(long micros) {
    nowNanos += micros * 1_000;
    Decision decision = clock.grant(A, nextNumber++, nowNanos);
    assertThat(decision.outcome()).isEqualTo(Outcome.GRANTED);
    return decision.answer();
  }

  @Test
  void firstGrantFollowsTheRecoveryTransaction() {
    assertThat(grantAfterMicros(2_500)).isEqualTo(new CommitVersion(1, RT, RT + 2_500));
    assertThat(grantAfterMicros(500)).isEqualTo(new CommitVersion(2, RT + 2_500, RT + 3_000));
  }

  @Test
  void grantsWithinOneMicrosecondMoveByOneAndAreMadeUpForLater() {
    assertThat(grantAfterMicros(0).version()).isEqualTo(RT + 1);
    assertThat(grantAfterMicros(0).version()).isEqualTo(RT + 2);
    nowNanos += 999;
    assertThat(grantAfterMicros(0).version()).isEqualTo(RT + 3);
    // Three ahead of the clock; a tenth of 20 may be taken back, then of 1,000 what is left.
    assertThat(grantAfterMicros(20).version()).isEqualTo(RT + 3 + 18);
    assertThat(grantAfterMicros(1_000).version()).isEqualTo(RT + 1_020);
  }

  @Test
  void partsOfMicrosecondsAreNotLost() {
    for (int i = 1; i <= 10; i++) {
      nowNanos += 300 * 1_000 + 900;
      grantAfterMicros(0);
    }
    assertThat(clock.lastVersion()).isEqualTo(RT + 3_009);
  }

  @Test
  void longPauseMovesByTheWindowAndIsCaughtUpByATenth() {
    assertThat(grantAfterMicros(60_000_000).version()).isEqualTo(RT + 5_000_000);
    assertThat(grantAfterMicros(1_000_000).version()).isEqualTo(RT + 6_100_000);
    assertThat(grantAfterMicros(100).version()).isEqualTo(RT + 6_100_110);
    assertThat(grantAfterMicros(5).version()).isEqualTo(RT + 6_100_115);
  }

  @Test
  void steeringEndsWhenTheClockIsReached() {
    grantAfterMicros(5_000_010);
    assertThat(grantAfterMicros(1_000).version()).isEqualTo(RT + 5_001_010);
    assertThat(grantAfterMicros(1_000).version()).isEqualTo(RT + 5_002_010);
  }

  @Test
  void repeatedNumberGetsTheSameAnswer() {
    CommitVersion first = grantAfterMicros(10);
    CommitVersion second = grantAfterMicros(10);
    assertThat(clock.grant(A, 1, nowNanos + 5_000_000))
        .isEqualTo(new Decision(Outcome.REPEATED, first));
    assertThat(clock.grant(A, 2, nowNanos + 5_000_000))
        .isEqualTo(new Decision(Outcome.REPEATED, second));
  }

  @Test
  void laterNumberWaitsForTheEarlier() {
    assertThat(clock.grant(A, 2, nowNanos).outcome()).isEqualTo(Outcome.WAITS_FOR_EARLIER);
    grantAfterMicros(1);
    assertThat(clock.grant(A, 3, nowNanos).outcome()).isEqualTo(Outcome.WAITS_FOR_EARLIER);
    assertThat(clock.grant(A, 2, nowNanos).outcome()).isEqualTo(Outcome.GRANTED);
  }

  @Test
  void proxiesShareOneChain() {
    CommitVersion ofA = grantAfterMicros(10);
    CommitVersion ofB = clock.grant(B, 1, nowNanos + 7_000).answer();
    assertThat(ofB).isEqualTo(new CommitVersion(1, ofA.version(), ofA.version() + 7));
    assertThat(grantAfterMicros(20).previousVersion()).isEqualTo(ofB.version());
  }

  @Test
  void staysBelowLiveAndLead() {
    for (int i = 0; i < 19; i++) {
      grantAfterMicros(5_000_000);
    }
    nowNanos += 5_000_000_000L;
    assertThat(clock.grant(A, nextNumber, nowNanos).outcome()).isEqualTo(Outcome.WAITS_FOR_LIVE);
    nowNanos -= 1_000;
    assertThat(clock.grant(A, nextNumber, nowNanos).answer().version())
        .isEqualTo(RT + Limits.RECOVERY_JUMP_VERSIONS - 1);
    nowNanos += 1_000;
    assertThat(clock.grant(B, 1, nowNanos).outcome()).isEqualTo(Outcome.WAITS_FOR_LIVE);
    assertThat(clock.reportCommitted(RT + 1)).isTrue();
    assertThat(clock.grant(B, 1, nowNanos).answer().version())
        .isEqualTo(RT + Limits.RECOVERY_JUMP_VERSIONS);
  }

  @Test
  void aGrantNeverMovesByMoreThanTheWindowHoweverLongThePause() {
    VersionClock small = new VersionClock(RT, 100_000, START, SequencerOptions.defaults());
    CommitVersion first = small.grant(A, 1, START + 60_000_000_000L).answer();
    assertThat(first.version()).isEqualTo(RT + 100_000);
  }

  @Test
  void aJumpMovesByNoMoreThanTheWindowAndIsSteeredBack() {
    nowNanos += 1_000_000;
    assertThat(clock.isAhead(nowNanos)).isFalse();
    assertThat(clock.grant(A, nextNumber++, nowNanos, 500, false).answer().version())
        .isEqualTo(RT + 1_500);
    assertThat(clock.isAhead(nowNanos)).isTrue();
    assertThat(grantAfterMicros(1_000).version()).isEqualTo(RT + 1_500 + 900);
    assertThat(grantAfterMicros(4_000).version()).isEqualTo(RT + 6_000);
    assertThat(clock.isAhead(nowNanos)).isFalse();
    long jump = 2 * Limits.WINDOW_VERSIONS;
    assertThat(clock.grant(A, nextNumber++, nowNanos, jump, false).answer().version())
        .isEqualTo(RT + 6_000 + Limits.WINDOW_VERSIONS);
  }

  @Test
  void liveVersionIsTheLargestReported() {
    long first = grantAfterMicros(10).version();
    long second = grantAfterMicros(10).version();
    assertThat(clock.liveVersion()).isEqualTo(RT);
    assertThat(clock.reportCommitted(second)).isTrue();
    assertThat(clock.reportCommitted(first)).isTrue();
    assertThat(clock.liveVersion()).isEqualTo(second);
    assertThat(clock.reportCommitted(second + 1)).isFalse();
    assertThat(clock.liveVersion()).isEqualTo(second);
  }

  @Test
  void forgetsOldAnswersAndMoreProxiesThanItsLimits() {
    SequencerOptions small = new SequencerOptions(1_000, 10_000, 3, 2, 1);
    VersionClock bounded = new VersionClock(RT, Limits.WINDOW_VERSIONS, START, small);
    for (int number = 1; number <= 4; number++) {
      bounded.grant(A, number, START);
    }
    assertThat(bounded.grant(A, 1, START).outcome()).isEqualTo(Outcome.FORGOTTEN);
    assertThat(bounded.grant(A, 2, START).outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(bounded.grant(B, 1, START).outcome()).isEqualTo(Outcome.TOO_MANY_PROXIES);
    bounded.checkInvariants();
  }

  @Test
  void numbersBelowOneAreTheCallersMistake() {
    assertThatThrownBy(() -> clock.grant(A, 0, START)).isInstanceOf(CheckFailedException.class);
  }

  @Property(tries = 300, seed = "20261122")
  void anyInterleavingGivesOneChainNearTheClock(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    SequencerOptions options = new SequencerOptions(1 + random.nextLong(5_000), 40_000, 8, 8, 4);
    VersionClock clock = new VersionClock(RT, Limits.WINDOW_VERSIONS, START, options);
    long[] given = new long[4];
    List<CommitVersion> chain = new ArrayList<>();
    long nowNanos = START;
    for (int i = 0; i < 200; i++) {
      nowNanos += random.nextLong(3_000_000);
      int proxy = random.nextInt(4);
      long number = Math.max(1, given[proxy] + random.nextLong(-2, 3));
      Decision decision = clock.grant(new Uid(0, proxy), number, nowNanos);
      switch (decision.outcome()) {
        case GRANTED -> {
          assertThat(number).isEqualTo(given[proxy] + 1);
          given[proxy] = number;
          chain.add(decision.answer());
        }
        case REPEATED -> assertThat(chain).contains(decision.answer());
        case WAITS_FOR_EARLIER -> assertThat(number).isGreaterThan(given[proxy] + 1);
        case WAITS_FOR_LIVE -> {
          clock.reportCommitted(clock.lastVersion());
          assertThat(clock.grant(new Uid(0, 9), 1, nowNanos).outcome())
              .isIn(Outcome.TOO_MANY_PROXIES, Outcome.GRANTED);
          return;
        }
        default -> throw new AssertionError(decision);
      }
      clock.checkInvariants();
    }
    long previous = RT;
    for (CommitVersion link : chain) {
      assertThat(link.previousVersion()).isEqualTo(previous);
      previous = link.version();
    }
    // Ahead of the clock only by the ones of grants that came too close together.
    assertThat(previous).isLessThanOrEqualTo(RT + (nowNanos - START) / 1_000 + chain.size());
  }
}
