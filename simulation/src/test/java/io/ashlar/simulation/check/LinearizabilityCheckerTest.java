package io.ashlar.simulation.check;

import static io.ashlar.simulation.check.RegisterOperation.ABSENT;
import static io.ashlar.simulation.check.RegisterOperation.ENDLESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.LinearizabilityChecker.Verdict;
import io.ashlar.simulation.check.RegisterOperation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Histories with a known verdict: published ones, small ones from papers, and random ones that are
 * also decided by trying every order.
 */
class LinearizabilityCheckerTest {
  private final List<RegisterOperation> history = new ArrayList<>();

  private long nextId() {
    return history.size() + 1;
  }

  private void read(long found, long begunAt, long endedAt) {
    history.add(RegisterOperation.read(nextId(), 0, found, begunAt, endedAt));
  }

  private void write(long value, long begunAt, long endedAt) {
    history.add(RegisterOperation.write(nextId(), 0, value, begunAt, endedAt, true));
  }

  private void perhapsWrite(long value, long begunAt, long endedAt) {
    history.add(RegisterOperation.write(nextId(), 0, value, begunAt, endedAt, false));
  }

  private void change(long from, long to, long begunAt, long endedAt) {
    history.add(RegisterOperation.compareAndSet(nextId(), 0, from, to, begunAt, endedAt, true));
  }

  private void perhapsChange(long from, long to, long begunAt, long endedAt) {
    history.add(RegisterOperation.compareAndSet(nextId(), 0, from, to, begunAt, endedAt, false));
  }

  private void expect(Verdict verdict) {
    LinearizabilityChecker checker = new LinearizabilityChecker();
    assertThat(checker.verdict(history)).isEqualTo(verdict);
    assertThat(checker.check(history).isEmpty()).isEqualTo(verdict == Verdict.LINEARIZABLE);
  }

  /**
   * What Jepsen recorded of etcd 2 with reads that bypass consensus; the verdicts are those of
   * porcupine's own tests, and of Horn and Kroening's checker before. See NOTICE.
   */
  @ParameterizedTest
  @CsvSource({
    "etcd_000.log, NOT_LINEARIZABLE, 80",
    "etcd_001.log, NOT_LINEARIZABLE, 81",
    "etcd_002.log, LINEARIZABLE, 76",
    "etcd_005.log, LINEARIZABLE, 78",
    "etcd_007.log, LINEARIZABLE, 80"
  })
  void agreesWithPublishedHistoriesOfEtcd(String log, Verdict verdict, int operationsMin) {
    history.addAll(JepsenLog.read(log));
    assertThat(history).hasSizeGreaterThanOrEqualTo(operationsMin);
    expect(verdict);
  }

  /** Horn and Kroening, README of their checker: a write that a read finds while both go on. */
  @Test
  void aReadMayFindAWriteThatIsUnderWay() {
    write(1, 1, 4);
    write(2, 3, 8);
    read(2, 6, 9);
    expect(Verdict.LINEARIZABLE);
  }

  /** The same source: the write begins after the read has ended. */
  @Test
  void aReadDoesNotFindWhatIsWrittenLater() {
    write(1, 1, 2);
    read(2, 3, 4);
    write(2, 5, 6);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aReadAfterAWriteDoesNotFindWhatWasThereBefore() {
    write(1, 1, 2);
    write(2, 3, 4);
    read(1, 5, 6);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aReadDuringAWriteFindsEither() {
    write(1, 1, 2);
    write(2, 3, 8);
    read(1, 4, 5);
    read(2, 6, 7);
    expect(Verdict.LINEARIZABLE);
  }

  /** Lamport, "On Interprocess Communication", 1986: what a regular register may do. */
  @Test
  void theNewValueIsNotFollowedByTheOldOneEvenDuringTheWrite() {
    write(1, 1, 2);
    write(2, 3, 8);
    read(2, 4, 5);
    read(1, 6, 7);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aValueThatNobodyWroteIsFoundByNoOne() {
    write(0, 1, 2);
    write(4, 4, 6);
    read(3, 3, 5);
    read(4, 7, 8);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aRegisterIsAbsentUntilItIsWritten() {
    read(ABSENT, 1, 2);
    write(1, 3, 6);
    read(ABSENT, 4, 5);
    expect(Verdict.LINEARIZABLE);
    read(ABSENT, 7, 8);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void ofTwoChangesFromOneValueOneFails() {
    write(1, 1, 2);
    change(1, 2, 3, 6);
    change(1, 3, 4, 5);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void changesFormAChain() {
    change(1, 2, 2, 9);
    change(ABSENT, 1, 1, 8);
    change(2, 3, 3, 10);
    read(3, 11, 12);
    expect(Verdict.LINEARIZABLE);
    read(2, 13, 14);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aComparisonThatFailsFoundSomethingElse() {
    write(1, 1, 2);
    history.add(RegisterOperation.readOther(nextId(), 0, 2, 3, 4));
    expect(Verdict.LINEARIZABLE);
    history.add(RegisterOperation.readOther(nextId(), 0, 1, 5, 6));
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void anOpenWriteTakesEffectAtAnyTimeOrNever() {
    write(1, 1, 2);
    perhapsWrite(2, 3, ENDLESS);
    read(1, 4, 5);
    expect(Verdict.LINEARIZABLE);
    read(2, 6, 7);
    expect(Verdict.LINEARIZABLE);
    read(1, 8, 9);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void anUnknownWriteTakesEffectBeforeItIsSettledOrNever() {
    write(1, 1, 2);
    perhapsWrite(2, 3, 4);
    read(1, 5, 6);
    expect(Verdict.LINEARIZABLE);
    read(2, 7, 8);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void anUnknownWriteThatIsFoundIsThereForGood() {
    write(1, 1, 2);
    perhapsWrite(2, 3, 4);
    read(2, 5, 6);
    expect(Verdict.LINEARIZABLE);
    read(1, 7, 8);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  /** Somebody built on the value, and his success says that it was there. */
  @Test
  void anUnknownChangeIsSettledByWhoBuiltOnIt() {
    write(1, 1, 2);
    perhapsChange(1, 2, 3, 4);
    change(2, 3, 5, 6);
    expect(Verdict.LINEARIZABLE);
    change(1, 4, 7, 8);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aChainOfUnknownChangesIsSettledFromItsEnd() {
    for (int i = 1; i < 60; i++) {
      perhapsChange(i == 1 ? ABSENT : i - 1, i, i, ENDLESS);
    }
    read(59, 100, 101);
    expect(Verdict.LINEARIZABLE);
    read(58, 102, 103);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aChainWithAGapIsNotSettled() {
    perhapsChange(ABSENT, 1, 1, 2);
    perhapsChange(2, 3, 3, ENDLESS);
    read(3, 4, 5);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void whatIsFoundBeforeAnyoneBeganToWriteItIsWrong() {
    perhapsWrite(1, 5, ENDLESS);
    read(1, 1, 2);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aReadThatNeverEndedSaysNothing() {
    write(1, 1, 2);
    history.add(new RegisterOperation(9, 0, Kind.READ, 7, 0, 3, ENDLESS, false));
    expect(Verdict.LINEARIZABLE);
  }

  @Test
  void registersAreCheckedByThemselves() {
    history.add(RegisterOperation.write(1, 0, 5, 1, 2, true));
    history.add(RegisterOperation.read(2, 1, ABSENT, 3, 4));
    expect(Verdict.LINEARIZABLE);
    history.add(RegisterOperation.read(3, 1, 5, 5, 6));
    expect(Verdict.NOT_LINEARIZABLE);
    assertThat(new LinearizabilityChecker().check(history).toString())
        .contains("register 1")
        .contains("read of 5")
        .contains("the register had nothing");
  }

  /** To give up is neither yes nor no, and {@code check} does not let it pass for yes. */
  @Test
  void whatIsNotDecidedIsNotTakenForRight() {
    // Each value twice, so that nothing is settled beforehand.
    for (int i = 0; i < 24; i++) {
      write(i / 2, 1 + i, 100 + i);
    }
    read(3, 200, 201);
    LinearizabilityChecker impatient = new LinearizabilityChecker(50);
    assertThat(impatient.verdict(history)).isEqualTo(Verdict.UNDECIDED);
    assertThat(impatient.check(history).toString()).contains("not decided");
  }

  @Test
  void moreOperationsUnderWayThanThereAreBitsForIsNotDecided() {
    for (int i = 0; i < 65; i++) {
      perhapsWrite(i / 2, 1 + i, 1_000);
    }
    read(3, 2_000, 2_001);
    LinearizabilityChecker checker = new LinearizabilityChecker();
    assertThat(checker.verdict(history)).isEqualTo(Verdict.UNDECIDED);
    assertThat(checker.check(history).toString()).contains("more than 64");
  }

  @Test
  void aLongHistoryOfATrueRegisterIsDecided() {
    history.addAll(RandomHistory.ofTrueRegister(new SeededRandom(4), 20_000, 12, Long.MAX_VALUE));
    expect(Verdict.LINEARIZABLE);
    // A read of what was there ten thousand operations ago.
    RegisterOperation old =
        history.stream().filter(each -> each.kind() == Kind.WRITE).findFirst().orElseThrow();
    read(old.value(), 10_000_000, 10_000_001);
    expect(Verdict.NOT_LINEARIZABLE);
  }

  @Test
  void aTrueRegisterWithFewValuesIsLinearizable() {
    for (int seed = 1; seed <= 200; seed++) {
      history.clear();
      history.addAll(RandomHistory.ofTrueRegister(new SeededRandom(seed), 60, 5, 4));
      expect(Verdict.LINEARIZABLE);
    }
  }

  @Test
  void agreesWithTryingEveryOrder() {
    int linearizable = 0;
    for (int seed = 1; seed <= 6_000; seed++) {
      SeededRandom random = new SeededRandom(seed);
      List<RegisterOperation> drawn = RandomHistory.anything(random, 1 + random.nextInt(6));
      boolean expected = RandomHistory.hasOrder(drawn);
      linearizable += expected ? 1 : 0;
      assertThat(new LinearizabilityChecker().verdict(drawn))
          .as("seed " + seed + ": " + drawn)
          .isEqualTo(expected ? Verdict.LINEARIZABLE : Verdict.NOT_LINEARIZABLE);
    }
    assertThat(linearizable).isBetween(1_000, 5_000);
  }
}
