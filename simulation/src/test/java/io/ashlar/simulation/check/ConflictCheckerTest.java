package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Feeds the checker good and bad histories over keys of one letter. */
class ConflictCheckerTest {
  private final List<ConflictRecord> history = new ArrayList<>();
  private final Map<Long, Stamp> markers = new TreeMap<>();
  private long moment;

  private static List<KeyRange> key(String key) {
    return List.of(KeyRange.ofKey(Bytes.utf8(key)));
  }

  private static List<KeyRange> range(String begin, String end) {
    return List.of(new KeyRange(Bytes.utf8(begin), Bytes.utf8(end)));
  }

  private void add(
      long id,
      long committing,
      long ended,
      long readVersion,
      List<KeyRange> reads,
      List<KeyRange> writes,
      Outcome outcome,
      Stamp stamp) {
    boolean refused = outcome == Outcome.FAILED;
    history.add(
        new ConflictRecord(
            id,
            committing,
            ended,
            readVersion,
            reads,
            reads,
            writes,
            true,
            outcome,
            refused,
            stamp));
    if (stamp != null) {
      markers.put(id, stamp);
    }
  }

  /** One after the other in real time, in the order of the calls. */
  private void committed(
      long id, long readVersion, long version, List<KeyRange> reads, List<KeyRange> writes) {
    Stamp stamp = new Stamp(version, 0);
    add(id, ++moment, ++moment, readVersion, reads, writes, Outcome.COMMITTED, stamp);
  }

  private void refused(long id, long readVersion, List<KeyRange> reads, List<KeyRange> writes) {
    add(id, ++moment, ++moment, readVersion, reads, writes, Outcome.FAILED, null);
  }

  private List<String> violations() {
    return violations(new ConflictChecker(false, 0));
  }

  private List<String> violations(ConflictChecker checker) {
    return checker.check(history, markers).kept();
  }

  private void assertOneViolation(String... parts) {
    List<String> found = violations();
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).contains(parts);
  }

  @Test
  void aConflictWithWhoWroteInBetweenIsProven() {
    committed(1, 10, 20, List.of(), key("a"));
    refused(2, 10, key("a"), key("b"));
    ConflictChecker checker = new ConflictChecker(false, 0);
    assertThat(violations(checker)).isEmpty();
    assertThat(checker.provenCount()).isEqualTo(1);
    assertThat(checker.committedCount()).isEqualTo(1);
  }

  @Test
  void rangesThatOnlyTouchDoNotConflict() {
    committed(1, 10, 20, List.of(), range("a", "c"));
    committed(2, 10, 21, range("c", "f"), key("x"));
    committed(3, 10, 22, range("f", "f"), key("e"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsAMissedConflictOfAKeyInARange() {
    committed(1, 10, 20, List.of(), key("b"));
    committed(2, 10, 30, range("a", "c"), key("x"));
    assertOneViolation("transaction 2", "although transaction 1", "wrote in between at 20.0");
  }

  @Test
  void findsAMissedConflictOfARangeAtAKey() {
    committed(1, 10, 20, List.of(), range("a", "c"));
    committed(2, 10, 30, key("b"), key("x"));
    assertOneViolation("transaction 2", "[b, b\\x00)");
  }

  @Test
  void findsAMissedConflictWithinABatch() {
    add(1, 1, 5, 10, List.of(), key("a"), Outcome.COMMITTED, new Stamp(20, 3));
    add(2, 2, 6, 10, key("a"), key("b"), Outcome.COMMITTED, new Stamp(20, 4));
    assertOneViolation("transaction 2", "although transaction 1");
  }

  @Test
  void theLaterOfABatchDoesNotDisturbTheEarlier() {
    add(1, 1, 5, 10, key("a"), key("b"), Outcome.COMMITTED, new Stamp(20, 3));
    add(2, 2, 6, 10, List.of(), key("a"), Outcome.COMMITTED, new Stamp(20, 4));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsAMissedConflictWithATransactionOfUnknownOutcomeThatWasCommitted() {
    add(1, 1, 2, 10, List.of(), key("a"), Outcome.UNKNOWN, null);
    markers.put(1L, new Stamp(15, 0));
    committed(2, 10, 30, key("a"), key("x"));
    assertOneViolation("transaction 2", "although transaction 1");
  }

  @Test
  void findsACommitAtItsReadVersion() {
    committed(1, 20, 20, key("a"), key("x"));
    assertOneViolation("at or below its read version");
  }

  @Test
  void findsAFalseConflictThatNobodyCaused() {
    committed(1, 10, 20, List.of(), key("b"));
    refused(2, 10, key("a"), key("x"));
    assertOneViolation("1 transactions were rejected although nobody wrote", "transaction 2");
  }

  @Test
  void findsAFalseConflictWithWhatWasThereBeforeTheReadVersion() {
    committed(1, 10, 20, List.of(), key("a"));
    refused(2, 20, key("a"), key("x"));
    assertOneViolation("although nobody wrote");
  }

  @Test
  void findsAFalseConflictWithWhatCameOnlyAfterwards() {
    refused(2, 10, key("a"), key("x"));
    committed(1, 10, 20, List.of(), key("a"));
    assertOneViolation("although nobody wrote");
  }

  @Test
  void findsAFalseConflictWithWhatGotALaterVersion() {
    // The first asked for its commit early, and yet got a version above that of the third, which
    // asked after the second had been told.
    add(1, 1, 9, 10, List.of(), key("a"), Outcome.COMMITTED, new Stamp(50, 0));
    add(2, 2, 3, 10, key("a"), key("x"), Outcome.FAILED, null);
    add(3, 4, 5, 10, List.of(), key("z"), Outcome.COMMITTED, new Stamp(40, 0));
    assertOneViolation("although nobody wrote");
  }

  @Test
  void aWriterThatNothingTellsOfExplainsAConflict() {
    history.add(
        new ConflictRecord(
            1,
            1,
            Long.MAX_VALUE,
            10,
            List.of(),
            List.of(),
            key("a"),
            false,
            Outcome.OPEN,
            false,
            null));
    moment = 5;
    refused(2, 10, key("a"), key("x"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void aWriterThatWasNotCommittedExplainsAConflictOnlyWithSeveralResolvers() {
    add(1, 1, 4, 10, List.of(), key("a"), Outcome.UNKNOWN, null);
    add(2, 2, 3, 10, key("a"), key("x"), Outcome.FAILED, null);
    ConflictChecker several = new ConflictChecker(true, 0);
    assertThat(violations(several)).isEmpty();
    assertThat(several.explainedByRejectedCount()).isEqualTo(1);
    assertOneViolation("although nobody wrote");
  }

  @Test
  void whatWasRejectedLongAgoExplainsNothing() {
    refused(1, 5, key("q"), key("a"));
    committed(3, 10, 20, List.of(), key("q"));
    refused(2, 20, key("a"), key("x"));
    // The first ended before the third asked for its commit, so it had a version below 20.
    ConflictChecker several = new ConflictChecker(true, 0);
    assertThat(violations(several)).hasSize(1);
    assertThat(several.unexplainedCount()).isEqualTo(2);
  }

  @Test
  void asManyFalseConflictsAreLegalAsWereMadeUp() {
    committed(1, 10, 20, List.of(), key("b"));
    refused(2, 10, key("a"), key("x"));
    refused(3, 20, key("c"), key("y"));
    assertThat(violations(new ConflictChecker(false, 2))).isEmpty();
    assertThat(violations(new ConflictChecker(false, 1))).hasSize(1);
  }

  @Test
  void whatMayMakeATransactionFailNeedNotDoSo() {
    history.add(
        new ConflictRecord(
            2,
            3,
            4,
            10,
            List.of(),
            key("a"),
            key("x"),
            true,
            Outcome.COMMITTED,
            false,
            new Stamp(30, 0)));
    markers.put(2L, new Stamp(30, 0));
    committed(1, 10, 20, List.of(), key("a"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsALostAcknowledgement() {
    committed(1, 10, 20, List.of(), key("a"));
    markers.clear();
    assertOneViolation("was acknowledged and is not there");
  }

  @Test
  void findsAMarkerAtAnotherStamp() {
    committed(1, 10, 20, List.of(), key("a"));
    markers.put(1L, new Stamp(21, 0));
    assertOneViolation("was acknowledged at 20.0 and is at 21.0");
  }

  @Test
  void findsARejectedTransactionThatWasApplied() {
    committed(1, 10, 20, List.of(), key("a"));
    refused(2, 10, key("a"), key("x"));
    markers.put(2L, new Stamp(25, 0));
    assertOneViolation("was applied at 25.0");
  }

  @Test
  void findsAMarkerThatNobodyWrote() {
    history.add(
        new ConflictRecord(
            1,
            1,
            2,
            -1,
            List.of(),
            List.of(),
            key("a"),
            false,
            Outcome.COMMITTED,
            false,
            new Stamp(20, 0)));
    markers.put(1L, new Stamp(20, 0));
    assertOneViolation("left a marker that it did not write");
  }
}
