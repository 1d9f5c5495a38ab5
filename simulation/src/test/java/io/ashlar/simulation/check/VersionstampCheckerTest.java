package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.simulation.check.StampedTransaction.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VersionstampCheckerTest {
  private static final Bytes KEY = StampedTemplate.of(Bytes.utf8("k"), Bytes.utf8("tail"));
  private static final Bytes VALUE = StampedTemplate.of(Bytes.EMPTY, Bytes.utf8("v"));

  private final List<StampedTransaction> history = new ArrayList<>();
  private final Map<Long, List<KeyValue>> found = new TreeMap<>();
  private final List<StampRead> reads = new ArrayList<>();
  private long moment;

  private static Bytes plain(long id) {
    return Bytes.utf8("plain " + id);
  }

  private void add(long id, Outcome outcome, Stamp told, Stamp there, long begun, long ended) {
    List<Promise> promises =
        List.of(
            new Promise(KEY, true, plain(id), false), new Promise(plain(id), false, VALUE, true));
    history.add(new StampedTransaction(id, begun, ended, outcome, told, promises, 0, 0));
    if (there != null) {
      found.put(
          id,
          new ArrayList<>(
              List.of(
                  new KeyValue(StampedTemplate.fill(KEY, there), plain(id)),
                  new KeyValue(plain(id), StampedTemplate.fill(VALUE, there)))));
    }
  }

  private void committed(long id, Stamp stamp) {
    add(id, Outcome.COMMITTED, stamp, stamp, ++moment, ++moment);
  }

  private void read(long version, long setId, long stampedId, Stamp stamp, Long... latest) {
    reads.add(new StampRead(version, 0, setId, stampedId, stamp, 0, List.of(latest), 2));
  }

  private static Stamp at(long version, int index) {
    return new Stamp(version, index);
  }

  private List<String> violations() {
    return new VersionstampChecker().check(history, found, reads).kept();
  }

  private void assertOneViolation(String... parts) {
    List<String> all = violations();
    assertThat(all).hasSize(1);
    assertThat(all.get(0)).contains(parts);
  }

  @Test
  void acceptsWhatWasPromised() {
    committed(1, at(10, 0));
    add(2, Outcome.UNKNOWN, null, at(11, 3), ++moment, ++moment);
    add(3, Outcome.OPEN, null, null, ++moment, Long.MAX_VALUE);
    add(4, Outcome.FAILED, null, null, ++moment, ++moment);
    committed(5, at(20, 0));
    read(9, 0, 0, null);
    read(10, 1, 1, at(10, 0), 1L);
    read(15, 2, 2, at(11, 3), 2L, 1L);
    read(20, 5, 5, at(20, 0), 5L, 2L);
    VersionstampChecker checker = new VersionstampChecker();
    assertThat(checker.check(history, found, reads).kept()).isEmpty();
    assertThat(checker.committedCount()).isEqualTo(3);
  }

  @Test
  void findsAStampThatIsNotTheOneThatWasTold() {
    add(1, Outcome.COMMITTED, at(10, 0), at(10, 1), 1, 2);
    List<String> all = violations();
    assertThat(all).hasSize(3);
    assertThat(all.get(0)).contains("is not there");
    assertThat(all.get(1)).contains("instead of");
    assertThat(all.get(2)).contains("did not promise the row");
  }

  @Test
  void findsARowThatIsNotThere() {
    committed(1, at(10, 0));
    found.get(1L).remove(1);
    assertOneViolation("the row plain 1 is not there");
  }

  @Test
  void findsAnotherValue() {
    committed(1, at(10, 0));
    found.get(1L).set(0, new KeyValue(StampedTemplate.fill(KEY, at(10, 0)), plain(7)));
    assertOneViolation("has plain 7 instead of plain 1");
  }

  @Test
  void findsWhatAFailedTransactionLeft() {
    add(1, Outcome.FAILED, null, at(10, 0), 1, 2);
    assertOneViolation("transaction 1 (FAILED, null) left");
  }

  @Test
  void findsATransactionInDoubtThatCameInPart() {
    add(1, Outcome.UNKNOWN, null, at(10, 0), 1, 2);
    found.get(1L).remove(1);
    assertOneViolation("the row plain 1 is not there");
  }

  @Test
  void findsATransactionInDoubtWithTwoStamps() {
    add(1, Outcome.UNKNOWN, null, at(10, 0), 1, 2);
    found.get(1L).set(1, new KeyValue(plain(1), StampedTemplate.fill(VALUE, at(10, 1))));
    assertOneViolation("the row plain 1 has", "instead of");
  }

  @Test
  void findsATransactionInDoubtThatWroteSomethingElse() {
    add(1, Outcome.UNKNOWN, null, at(10, 0), 1, 2);
    found.put(1L, List.of(new KeyValue(Bytes.utf8("x"), Bytes.utf8("y"))));
    assertOneViolation("left other rows than promised");
  }

  @Test
  void findsRowsThatNobodyWrote() {
    found.put(9L, List.of(new KeyValue(Bytes.utf8("x"), Bytes.utf8("y"))));
    assertOneViolation("rows of no transaction: 9");
  }

  @Test
  void findsASharedStamp() {
    add(1, Outcome.COMMITTED, at(10, 0), at(10, 0), 1, 3);
    add(2, Outcome.COMMITTED, at(10, 0), at(10, 0), 2, 4);
    assertOneViolation("share the stamp 10.0");
  }

  @Test
  void findsStampsAgainstRealTime() {
    committed(1, at(10, 0));
    committed(2, at(10, 1));
    assertOneViolation("transaction 2", "began after transaction 1");
  }

  @Test
  void findsATransactionInDoubtAgainstRealTime() {
    committed(1, at(10, 0));
    add(2, Outcome.OPEN, null, at(9, 0), ++moment, Long.MAX_VALUE);
    assertOneViolation("transaction 2", "at 9.0, began after transaction 1");
  }

  @Test
  void findsARegisterThatWasWrittenInAnotherOrderThanStampsSay() {
    add(1, Outcome.COMMITTED, at(10, 0), at(10, 0), 1, 3);
    add(2, Outcome.COMMITTED, at(10, 1), at(10, 1), 2, 4);
    read(10, 1, 1, at(10, 0), 2L, 1L);
    assertOneViolation("register 0 has 1 and 1 where 2, at 10.1");
  }

  @Test
  void findsARegisterOfTwoTransactions() {
    add(1, Outcome.COMMITTED, at(10, 0), at(10, 0), 1, 3);
    add(2, Outcome.COMMITTED, at(10, 1), at(10, 1), 2, 4);
    read(10, 1, 2, at(10, 1), 2L, 1L);
    assertOneViolation("register 0 has 1 and 2");
  }

  @Test
  void findsARegisterWithAStampOfNobody() {
    committed(1, at(10, 0));
    read(10, 1, 1, at(10, 7), 1L);
    assertOneViolation("has the stamp 10.7 of transaction 1 at 10.0");
  }

  @Test
  void findsAStaleRegisterAndAStaleLog() {
    committed(1, at(10, 0));
    read(10, 0, 0, null);
    assertThat(violations()).hasSize(2);
  }

  @Test
  void findsAGapInALog() {
    committed(1, at(10, 0));
    committed(2, at(20, 0));
    committed(3, at(30, 0));
    read(30, 3, 3, at(30, 0), 3L, 1L);
    assertOneViolation("log 0 ends with [3, 1]", "stamps say [3, 2]");
  }
}
