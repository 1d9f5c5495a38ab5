package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Feeds the checker good and bad histories over keys of one letter. */
class SerializabilityCheckerTest {
  private final List<TransactionRecord> history = new ArrayList<>();
  private final Map<Long, Stamp> markers = new TreeMap<>();
  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();
  private long moment;

  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  private static Step read(String key, String value) {
    return new Step.PointRead(key(key), value == null ? null : key(value), false);
  }

  private static Step snapshotRead(String key, String value) {
    return new Step.PointRead(key(key), value == null ? null : key(value), true);
  }

  private static Step range(String begin, String end, String... keysAndValues) {
    List<KeyValue> found = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      found.add(new KeyValue(key(keysAndValues[i]), key(keysAndValues[i + 1])));
    }
    return new Step.RangeRead(key(begin), key(end), 0, false, found, false);
  }

  private static Step write(String key, String value) {
    return new Step.Write(Mutation.set(key(key), key(value)));
  }

  private static Step add(String key, long amount) {
    return new Step.Write(new Mutation(MutationType.ADD, key(key), little(amount)));
  }

  private static Bytes little(long amount) {
    return new ByteWriter(8).putLong(Long.reverseBytes(amount)).toBytes();
  }

  /** One after the other in real time, in the order of the calls. */
  private void committed(long id, long readVersion, long version, Step... steps) {
    add(id, readVersion, Outcome.COMMITTED, new Stamp(version, 0), ++moment, ++moment, steps);
    markers.put(id, new Stamp(version, 0));
    apply(steps);
  }

  private void add(
      long id,
      long readVersion,
      Outcome outcome,
      Stamp stamp,
      long begun,
      long ended,
      Step... steps) {
    history.add(
        new TransactionRecord(id, begun, ended, readVersion, List.of(steps), outcome, stamp));
  }

  private void apply(Step... steps) {
    ModelStore model = new ModelStore(rows);
    for (Step step : steps) {
      if (step instanceof Step.Write write) {
        model.apply(write.mutation());
      }
    }
    rows.clear();
    model.all().forEach(row -> rows.put(row.key(), row.value()));
  }

  private List<String> violations() {
    List<KeyValue> found = new ArrayList<>();
    rows.forEach((key, value) -> found.add(new KeyValue(key, value)));
    return new SerializabilityChecker().check(Map.of(), history, markers, found).kept();
  }

  @Test
  void acceptsASerialHistory() {
    committed(1, 5, 10, write("a", "1"), write("b", "1"), add("n", 250));
    committed(2, 10, 20, read("a", "1"), write("a", "2"), read("a", "2"), add("n", 10));
    committed(3, 20, 30, range("a", "c", "a", "2", "b", "1"), write("c", "3"));
    add(4, 30, Outcome.READ_ONLY, null, ++moment, ++moment, read("c", "3"), read("d", null));
    assertThat(rows.get(key("n"))).isEqualTo(little(260));
    assertThat(violations()).isEmpty();
  }

  @Test
  void acceptsConcurrentOnesInTheOrderOfTheirStamps() {
    add(1, 5, Outcome.COMMITTED, new Stamp(10, 1), 1, 9, write("a", "1"));
    add(2, 5, Outcome.COMMITTED, new Stamp(10, 0), 2, 8, write("a", "2"));
    add(3, 5, Outcome.FAILED, null, 3, 7, read("a", null), write("a", "3"));
    markers.put(1L, new Stamp(10, 1));
    markers.put(2L, new Stamp(10, 0));
    rows.put(key("a"), key("1"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void acceptsAnOldSnapshotReadButNotAnOldRead() {
    committed(1, 5, 10, write("a", "1"));
    add(2, 10, Outcome.COMMITTED, new Stamp(30, 0), 3, 9, snapshotRead("a", "1"), write("b", "1"));
    add(3, 10, Outcome.COMMITTED, new Stamp(20, 0), 4, 8, read("a", "1"), write("a", "2"));
    markers.put(2L, new Stamp(30, 0));
    markers.put(3L, new Stamp(20, 0));
    apply(write("a", "2"), write("b", "1"));
    assertThat(violations()).isEmpty();
    history.clear();
    markers.clear();
    rows.clear();
    moment = 0;
    committed(1, 5, 10, write("a", "1"));
    add(2, 10, Outcome.COMMITTED, new Stamp(30, 0), 3, 9, read("a", "1"), write("b", "1"));
    add(3, 10, Outcome.COMMITTED, new Stamp(20, 0), 4, 8, read("a", "1"), write("a", "2"));
    markers.put(2L, new Stamp(30, 0));
    markers.put(3L, new Stamp(20, 0));
    apply(write("a", "2"), write("b", "1"));
    assertThat(violations()).singleElement().asString().contains("transaction 2", "at its commit");
  }

  @Test
  void findsALostUpdate() {
    committed(1, 5, 10, write("a", "0"));
    add(2, 10, Outcome.COMMITTED, new Stamp(20, 0), 3, 9, read("a", "0"), write("a", "2"));
    add(3, 10, Outcome.COMMITTED, new Stamp(21, 0), 4, 8, read("a", "0"), write("a", "3"));
    markers.put(2L, new Stamp(20, 0));
    markers.put(3L, new Stamp(21, 0));
    apply(write("a", "3"));
    assertThat(violations()).singleElement().asString().contains("transaction 3", "at its commit");
  }

  @Test
  void findsWriteSkew() {
    committed(1, 5, 10, write("a", "0"), write("b", "0"));
    add(2, 10, Outcome.COMMITTED, new Stamp(20, 0), 3, 9, read("a", "0"), write("b", "1"));
    add(3, 10, Outcome.COMMITTED, new Stamp(20, 1), 4, 8, read("b", "0"), write("a", "1"));
    markers.put(2L, new Stamp(20, 0));
    markers.put(3L, new Stamp(20, 1));
    apply(write("a", "1"), write("b", "1"));
    assertThat(violations()).singleElement().asString().contains("transaction 3", "at its commit");
  }

  @Test
  void findsAPhantom() {
    add(1, 5, Outcome.COMMITTED, new Stamp(10, 0), 1, 9, range("a", "c"), write("x", "1"));
    add(2, 5, Outcome.COMMITTED, new Stamp(9, 0), 2, 8, write("b", "2"));
    markers.put(1L, new Stamp(10, 0));
    markers.put(2L, new Stamp(9, 0));
    apply(write("x", "1"), write("b", "2"));
    assertThat(violations()).singleElement().asString().contains("transaction 1", "wrongly");
  }

  @Test
  void findsAStaleReadOfAReadOnlyTransaction() {
    committed(1, 5, 10, write("a", "1"));
    committed(2, 10, 20, write("a", "2"));
    add(3, 15, Outcome.READ_ONLY, null, ++moment, ++moment, read("a", "1"));
    assertThat(violations()).isNotEmpty().allMatch(text -> text.contains("before it"));
  }

  @Test
  void findsAReadVersionBelowAnEarlierOne() {
    committed(1, 5, 10, write("a", "1"));
    add(2, 15, Outcome.READ_ONLY, null, ++moment, ++moment, read("a", "1"));
    add(3, 12, Outcome.READ_ONLY, null, ++moment, ++moment, read("a", "1"));
    assertThat(violations()).isNotEmpty().allMatch(text -> text.contains("transaction 3"));
  }

  @Test
  void findsAReadThatNeverWasTrueEvenOfAFailedTransaction() {
    committed(1, 5, 10, write("a", "1"), write("b", "1"));
    add(2, 10, Outcome.FAILED, null, ++moment, ++moment, read("a", "1"), read("b", null));
    assertThat(violations()).singleElement().asString().contains("transaction 2", "read b");
  }

  @Test
  void findsALostAcknowledgement() {
    committed(1, 5, 10, write("a", "1"));
    markers.remove(1L);
    rows.clear();
    assertThat(violations()).hasSize(2);
  }

  @Test
  void findsAFailedTransactionThatWasApplied() {
    add(1, 5, Outcome.FAILED, null, ++moment, ++moment, write("a", "1"));
    markers.put(1L, new Stamp(10, 0));
    assertThat(violations()).singleElement().asString().contains("was applied");
  }

  @Test
  void findsAnOperationAppliedTwice() {
    committed(1, 5, 10, add("n", 1));
    rows.put(key("n"), little(2));
    assertThat(violations()).singleElement().asString().contains("final data");
  }

  @Test
  void resolvesUnknownOutcomesFromTheFinalData() {
    add(1, 5, Outcome.UNKNOWN, null, 1, 11, write("a", "1"));
    add(2, 5, Outcome.UNKNOWN, null, 2, 12, write("b", "1"));
    add(3, 5, Outcome.OPEN, null, 3, Long.MAX_VALUE, write("c", "1"));
    markers.put(1L, new Stamp(10, 0));
    markers.put(3L, new Stamp(90, 0));
    apply(write("a", "1"), write("c", "1"));
    moment = 20;
    committed(4, 10, 20, read("a", "1"), read("b", null), read("c", null));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsAnUnknownTransactionAppliedAfterItsFence() {
    add(1, 5, Outcome.UNKNOWN, null, 1, 2, write("a", "1"));
    markers.put(1L, new Stamp(30, 0));
    moment = 2;
    committed(2, 10, 20, write("b", "1"));
    apply(write("a", "1"));
    assertThat(violations()).isNotEmpty();
  }

  @Test
  void findsTwoTransactionsWithOneStampAndAMarkerOfNobody() {
    committed(1, 5, 10, write("a", "1"));
    committed(2, 5, 10, write("b", "1"));
    markers.put(77L, new Stamp(11, 0));
    assertThat(violations())
        .anyMatch(text -> text.contains("share"))
        .anyMatch(text -> text.contains("a marker of no transaction: 77"));
  }

  @Test
  void aRetryIsATransactionOfItsOwn() {
    add(2, 5, Outcome.FAILED, null, ++moment, ++moment, read("b", null), write("b", "2"));
    committed(1, 5, 10, write("a", "1"));
    committed(3, 10, 20, read("a", "1"), read("b", null), write("c", "3"));
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsWhatAFailedTryHasWrittenInTheTryAfterIt() {
    add(2, 5, Outcome.FAILED, null, ++moment, ++moment, write("b", "2"));
    committed(3, 10, 20, read("a", null), write("c", "3"));
    apply(write("b", "2"));
    markers.put(2L, new Stamp(20, 0));
    assertThat(violations()).anyMatch(text -> text.contains("was applied"));
  }

  @Test
  void findsARetryAtTheReadVersionOfTheTryBefore() {
    add(2, 5, Outcome.FAILED, null, ++moment, ++moment, read("b", null));
    committed(1, 5, 10, write("a", "1"));
    committed(3, 5, 20, read("b", null), write("c", "3"));
    assertThat(violations()).singleElement().asString().contains("reads before it");
  }
}
