package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LogLocksTest {
  private static LogGeneration generation(int members, int replication, int antiQuorum) {
    List<LogMember> list = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      list.add(new LogMember(new Uid(7, i + 1), "zone" + i));
    }
    return new LogGeneration(3, 100, 120, 200, list, replication, antiQuorum);
  }

  private static LogLocks locks(LogGeneration generation, long[][] answers) {
    LogLocks locks = new LogLocks(generation);
    for (int i = 0; i < answers.length; i++) {
      if (answers[i] != null) {
        locks.record(new LogLocks.Lock(i, answers[i][0], answers[i][1]));
      }
    }
    return locks;
  }

  @Test
  void singleLogServerDecidesAloneAndItsWholeTailIsCopied() {
    LogLocks.Decision decision = locks(generation(1, 1, 0), new long[][] {{500, 450}}).decide();
    assertThat(decision.recoveryVersion()).isEqualTo(500);
    assertThat(decision.begin()).isEqualTo(450);
  }

  @Test
  void withoutReplicationEveryLogServerMustBeLocked() {
    LogGeneration two = generation(2, 1, 0);
    assertThat(locks(two, new long[][] {{500, 450}, null}).decide()).isNull();
    assertThat(locks(two, new long[][] {{500, 450}, {470, 440}}).decide().recoveryVersion())
        .isEqualTo(470);
  }

  @Test
  void oneOfThreeReplicasMayBeMissingWhenTwoHoldEachTag() {
    LogGeneration three = generation(3, 2, 0);
    LogLocks.Decision decision = locks(three, new long[][] {{500, 450}, null, {480, 460}}).decide();
    assertThat(decision.recoveryVersion()).isEqualTo(480);
    assertThat(decision.begin()).isEqualTo(460);
    assertThat(locks(three, new long[][] {{500, 450}, null, null}).decide()).isNull();
  }

  @Test
  void serverBelowTheKnownCommittedVersionHasLostDataAndCountsAsNotLocked() {
    LogGeneration three = generation(3, 2, 0);
    LogLocks locks = locks(three, new long[][] {{500, 490}, {500, 490}, {300, 290}});
    assertThat(locks.decide().recoveryVersion()).isEqualTo(500);
    assertThat(locks.damaged()).extracting(LogLocks.Lock::member).containsExactly(2);
    LogGeneration alone = generation(2, 1, 0);
    assertThat(locks(alone, new long[][] {{500, 490}, {300, 290}}).decide()).isNull();
  }

  @Test
  void whatIsLostHoldsItUpOnlyWhenThoseThatAreSilentCouldNotMakeUpForIt() {
    LogGeneration triple = generation(3, 3, 0);
    assertThat(locks(triple, new long[3][]).canBeEnough(Set.of())).isTrue();
    assertThat(locks(triple, new long[3][]).canBeEnough(Set.of(0, 1))).isTrue();
    assertThat(locks(triple, new long[3][]).canBeEnough(Set.of(0, 1, 2))).isFalse();
    LogLocks locks = locks(generation(3, 2, 0), new long[][] {{500, 490}, null, {300, 290}});
    assertThat(locks.damaged()).extracting(LogLocks.Lock::member).containsExactly(2);
    assertThat(locks.canBeEnough(Set.of())).isTrue();
    assertThat(locks.canBeEnough(Set.of(1))).isFalse();
    LogGeneration mayLag = generation(3, 3, 1);
    assertThat(locks(mayLag, new long[3][]).canBeEnough(Set.of(0))).isTrue();
    assertThat(locks(mayLag, new long[3][]).canBeEnough(Set.of(0, 1))).isFalse();
  }

  @Test
  void withAnAntiQuorumTheSlowestServerDoesNotLowerTheRecoveryVersion() {
    LogGeneration triple = generation(3, 3, 1);
    LogLocks.Decision decision =
        locks(triple, new long[][] {{300, 290}, {500, 490}, {510, 490}}).decide();
    assertThat(decision.recoveryVersion()).isEqualTo(500);
    assertThat(decision.begin()).isEqualTo(490);
    assertThat(decision.usable()).hasSize(3);
  }

  /**
   * Draws a history in which versions are acknowledged by L − a servers before they are known, then
   * loses as many zones as may be lost, and demands that nothing acknowledged lies above RV.
   */
  @Property(tries = 2000, seed = "41")
  void nothingAcknowledgedLiesAboveTheRecoveryVersion(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    int replication = 1 + random.nextInt(3);
    int antiQuorum = replication == 3 && random.nextBoolean() ? 1 : 0;
    int members = replication + random.nextInt(3);
    LogGeneration generation = generation(members, replication, antiQuorum);
    long[] ends = new long[members];
    for (int i = 0; i < members; i++) {
      ends[i] = 200 + random.nextInt(20);
    }
    long[] sorted = ends.clone();
    Arrays.sort(sorted);
    long acknowledged = sorted[antiQuorum];
    long known = Math.max(120, acknowledged - random.nextInt(10));
    LogLocks locks = new LogLocks(generation);
    int mayMiss = replication - 1 - antiQuorum;
    int missing = random.nextInt(mayMiss + 1);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      order.add(random.nextInt(order.size() + 1), i);
    }
    for (int i = missing; i < members; i++) {
      int member = order.get(i);
      locks.record(new LogLocks.Lock(member, ends[member], Math.min(known, ends[member])));
    }
    LogLocks.Decision decision = locks.decide();
    assertThat(decision).isNotNull();
    assertThat(decision.recoveryVersion()).isGreaterThanOrEqualTo(acknowledged);
    assertThat(decision.begin()).isLessThanOrEqualTo(decision.recoveryVersion());
    assertThat(decision.begin()).isLessThanOrEqualTo(acknowledged);
    // A tag is in F zones: of any F, one has all of it, the part that is copied and the other.
    TreeSet<String> lacking = new TreeSet<>();
    generation.members().forEach(member -> lacking.add(member.zone()));
    for (LogLocks.Lock lock : decision.usable()) {
      if (lock.end() >= decision.recoveryVersion()) {
        lacking.remove(generation.members().get(lock.member()).zone());
      }
    }
    assertThat(lacking).hasSizeLessThan(replication);
  }
}
