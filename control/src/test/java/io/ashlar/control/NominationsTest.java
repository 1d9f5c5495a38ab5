package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NominationsTest {
  private static final long SECOND = 1_000_000_000;
  private static final CoordinatorOptions OPTIONS = CoordinatorOptions.defaults();
  private static final long HOLD = OPTIONS.holdNanos();

  private static Candidate candidate(long id, int priority) {
    return new Candidate(new Uid(0, id), new Address("p" + id + ":1", 1), priority);
  }

  private final Nominations nominations = new Nominations(OPTIONS, Candidate.NONE, 0);
  private final Candidate one = candidate(1, 5);
  private final Candidate two = candidate(2, 5);
  private final Candidate better = candidate(3, 4);

  @Test
  void theBestIsNominatedAndABetterOneWhileNobodyClaims() {
    assertThat(nominations.nominee()).isEqualTo(Candidate.NONE);
    nominations.nominate(two, 1);
    assertThat(nominations.nominee()).isEqualTo(two);
    nominations.nominate(one, 2);
    assertThat(nominations.nominee()).isEqualTo(one);
    nominations.nominate(better, 3);
    assertThat(nominations.nominee()).isEqualTo(better);
  }

  @Test
  void whoseHeartbeatWasTakenStaysAgainstOthersOfItsClass() {
    nominations.nominate(two, 0);
    assertThat(nominations.heartbeat(two, 0)).isTrue();
    for (long now = 0; now < 10 * SECOND; now += SECOND) {
      nominations.nominate(one, now);
      assertThat(nominations.heartbeat(one, now)).isFalse();
      assertThat(nominations.heartbeat(two, now)).isTrue();
      assertThat(nominations.nominee()).isEqualTo(two);
    }
  }

  @Test
  void aBetterClassTakesOverWhenTheLeaseIsCertainlyOver() {
    nominations.nominate(one, 0);
    assertThat(nominations.heartbeat(one, 0)).isTrue();
    nominations.nominate(better, 1);
    assertThat(nominations.heartbeat(one, 1)).isFalse();
    nominations.nominate(better, HOLD - 1);
    assertThat(nominations.nominee()).isEqualTo(one);
    nominations.nominate(better, HOLD);
    assertThat(nominations.nominee()).isEqualTo(better);
  }

  @Test
  void aLeaderWhoseBetterRivalIsGoneGoesOn() {
    nominations.nominate(one, 0);
    nominations.heartbeat(one, 0);
    nominations.nominate(better, 1);
    assertThat(nominations.heartbeat(one, 2)).isFalse();
    assertThat(nominations.heartbeat(one, OPTIONS.silenceNanos() + 2)).isTrue();
  }

  @Test
  void whoIsSilentIsForgotten() {
    nominations.nominate(one, 0);
    nominations.nominate(two, SECOND);
    nominations.decide(OPTIONS.silenceNanos() + 1);
    assertThat(nominations.nominee()).isEqualTo(two);
    nominations.decide(SECOND + OPTIONS.silenceNanos() + 1);
    assertThat(nominations.nominee()).isEqualTo(Candidate.NONE);
  }

  @Test
  void afterARestartOnlyWhoMayLeadIsNominatedForAWhile() {
    Nominations restarted = new Nominations(OPTIONS, two, HOLD);
    restarted.nominate(one, 1);
    assertThat(restarted.heartbeat(one, HOLD - 1)).isFalse();
    assertThat(restarted.nominee()).isEqualTo(two);
    restarted.nominate(one, HOLD);
    assertThat(restarted.nominee()).isEqualTo(one);
  }

  @Test
  void afterARestartWhoMayLeadGoesOn() {
    Nominations restarted = new Nominations(OPTIONS, two, HOLD);
    restarted.nominate(one, 1);
    assertThat(restarted.heartbeat(two, 2)).isTrue();
    restarted.nominate(one, HOLD + 1);
    assertThat(restarted.nominee()).isEqualTo(two);
    restarted.nominate(one, HOLD + 2);
    assertThat(restarted.nominee()).isEqualTo(one);
  }

  @Test
  void nothingIsHeldForWhoHasResigned() {
    nominations.nominate(two, 0);
    nominations.nominate(one, 0);
    assertThat(nominations.heartbeat(one, 1)).isTrue();
    nominations.resigned(better.changeId(), 2);
    assertThat(nominations.nominee()).isEqualTo(one);
    nominations.resigned(one.changeId(), 3);
    assertThat(nominations.nominee()).isEqualTo(two);
    assertThat(nominations.heartbeat(two, 4)).isTrue();
    nominations.resigned(one.changeId(), 5);
    nominations.nominate(better, 6);
    assertThat(nominations.nominee()).isEqualTo(two);
  }

  @Test
  void whoMayHaveLedBeforeARestartCanResign() {
    Nominations restarted = new Nominations(OPTIONS, two, HOLD);
    restarted.nominate(one, 1);
    restarted.resigned(two.changeId(), 2);
    assertThat(restarted.nominee()).isEqualTo(one);
    assertThat(restarted.heartbeat(one, 3)).isTrue();
  }

  @Test
  void aLeaderThatBecomesAsGoodAsOthersIsTheSameLeader() {
    Candidate worse = new Candidate(one.changeId(), one.address(), 1_005);
    nominations.nominate(worse, 0);
    assertThat(nominations.heartbeat(worse, 1)).isTrue();
    assertThat(nominations.isContested(worse)).isFalse();
    nominations.nominate(two, 2);
    assertThat(nominations.isContested(worse)).isTrue();
    assertThat(nominations.heartbeat(worse, 3)).isFalse();
    assertThat(nominations.heartbeat(one, 4)).isTrue();
    assertThat(nominations.nominee()).isEqualTo(one);
    nominations.nominate(two, HOLD);
    assertThat(nominations.nominee()).isEqualTo(one);
  }

  @Test
  void thenItTakesTheSideOfWhoSendsHeartbeats() {
    Nominations restarted = new Nominations(OPTIONS, better, HOLD);
    restarted.nominate(one, HOLD - 2);
    assertThat(restarted.heartbeat(two, HOLD - 1)).isFalse();
    assertThat(restarted.heartbeat(two, HOLD)).isTrue();
    assertThat(restarted.nominee()).isEqualTo(two);
  }

  @Test
  void beyondTheLimitTheWorstAreForgotten() {
    for (int i = 0; i < OPTIONS.candidatesMax() + 50; i++) {
      nominations.nominate(candidate(10 + i, i % 7), i);
    }
    assertThat(nominations.candidateCount()).isEqualTo(OPTIONS.candidatesMax());
    assertThat(nominations.nominee()).isEqualTo(candidate(10, 0));
    assertThat(nominations.heartbeat(Candidate.NONE, 1)).isFalse();
  }

  /** What keeps two from leading at once: whatever comes, in whatever order. */
  @Property(tries = 500, seed = "4202")
  void noTwoHeartbeatsOfDifferentCandidatesAreTakenWithinTheHold(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    List<Candidate> all = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      all.add(candidate(i, random.nextInt(2)));
    }
    long begin = random.nextLong(HOLD);
    Candidate last = candidate(9, 0);
    Nominations any = new Nominations(OPTIONS, last, begin);
    long lastNanos = begin - HOLD;
    long now = 0;
    for (int i = 0; i < 200; i++) {
      now += random.nextLong(random.nextInt(5) == 0 ? SECOND : SECOND / 20);
      int number = random.nextInt(all.size());
      Candidate who = all.get(number);
      if (random.nextInt(10) == 0) {
        // Nobody leads by its change id any more: it stands by another.
        any.resigned(who.changeId(), now);
        if (who.isSame(last)) {
          lastNanos = now - HOLD;
        }
        all.set(number, candidate(5 + i, random.nextInt(2)));
      } else if (random.nextBoolean()) {
        any.nominate(who, now);
      } else if (any.heartbeat(who, now)) {
        assertThat(who.equals(last) || now - lastNanos >= HOLD).isTrue();
        last = who;
        lastNanos = now;
      }
      any.checkInvariants();
    }
  }
}
