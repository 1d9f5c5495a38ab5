package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The anomalies that Adya's thesis and its successors name, each as the smallest history that has
 * it: the checker of serializability refuses each, and says which transaction saw what.
 *
 * <p>Initially {@code x} and {@code y} are 0. Every history is also given in a form without the
 * anomaly, which passes: it is the anomaly that is refused.
 */
class AnomaliesTest {
  private final List<TransactionRecord> history = new ArrayList<>();
  private final Map<Long, Stamp> markers = new TreeMap<>();
  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();
  private static final long BEFORE_ALL = 5;

  AnomaliesTest() {
    rows.put(key("x"), key("0"));
    rows.put(key("y"), key("0"));
  }

  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  private static Step r(String key, String value) {
    return new Step.PointRead(key(key), value == null ? null : key(value), false);
  }

  private static Step w(String key, String value) {
    return new Step.Write(Mutation.set(key(key), key(value)));
  }

  private static Step range(String... keysAndValues) {
    List<KeyValue> found = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      found.add(new KeyValue(key(keysAndValues[i]), key(keysAndValues[i + 1])));
    }
    return new Step.RangeRead(key("a"), key("z"), 0, false, found, false);
  }

  /** All of them overlap in real time. */
  private void committed(long id, long read, long version, Step... steps) {
    Stamp stamp = new Stamp(version, 0);
    markers.put(id, stamp);
    add(id, 1, 100, read, Outcome.COMMITTED, stamp, steps);
  }

  private void readOnly(long id, long read, Step... steps) {
    add(id, 1, 100, read, Outcome.READ_ONLY, null, steps);
  }

  private void add(
      long id, long begun, long ended, long read, Outcome outcome, Stamp stamp, Step... steps) {
    history.add(
        new TransactionRecord(id, begun, ended, read, Arrays.asList(steps), outcome, stamp));
  }

  /** The violations when the final rows are these. */
  private List<String> violations(String... keysAndValues) {
    List<KeyValue> found = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      found.add(new KeyValue(key(keysAndValues[i]), key(keysAndValues[i + 1])));
    }
    return new SerializabilityChecker().check(rows, history, markers, found).kept();
  }

  /** G0, dirty write: each of two transactions that both write x and y has the last word once. */
  @Test
  void dirtyWritesAreRefused() {
    committed(1, BEFORE_ALL, 10, w("x", "1"), w("y", "1"));
    committed(2, BEFORE_ALL, 20, w("x", "2"), w("y", "2"));
    assertThat(violations("x", "2", "y", "2")).isEmpty();
    assertThat(violations("x", "2", "y", "1"))
        .singleElement()
        .asString()
        .contains("the final data differ from the replay");
  }

  /** G1a, aborted read: what was never committed is seen. */
  @Test
  void readsOfWhatFailedAreRefused() {
    add(1, 1, 100, BEFORE_ALL, Outcome.FAILED, null, w("x", "1"));
    readOnly(2, 20, r("x", "1"));
    assertThat(violations("x", "0", "y", "0"))
        .singleElement()
        .asString()
        .contains("transaction 2", "read x as 1 where it is 0");
  }

  /** An unknown result may be either, but is one of the two for everybody. */
  @Test
  void readsOfWhatIsUnknownAreAcceptedEitherWayAndNotBoth() {
    add(1, 1, 100, BEFORE_ALL, Outcome.UNKNOWN, null, w("x", "1"), w("y", "1"));
    readOnly(2, 20, r("x", "1"), r("y", "1"));
    markers.put(1L, new Stamp(10, 0));
    assertThat(violations("x", "1", "y", "1")).isEmpty();
    markers.clear();
    history.remove(1);
    readOnly(3, 20, r("x", "0"), r("y", "0"));
    assertThat(violations("x", "0", "y", "0")).isEmpty();
    readOnly(4, 20, r("x", "0"), r("y", "1"));
    assertThat(violations("x", "0", "y", "0")).singleElement().asString().contains("read y as 1");
  }

  /** G1b, intermediate read: a value that its writer has overwritten itself. */
  @Test
  void readsOfWhatWasOverwrittenInTheSameTransactionAreRefused() {
    committed(1, BEFORE_ALL, 10, w("x", "1"), w("x", "2"));
    readOnly(2, 20, r("x", "1"));
    assertThat(violations("x", "2", "y", "0"))
        .singleElement()
        .asString()
        .contains("transaction 2", "read x as 1 where it is 2");
  }

  /** G1c, circular information flow: each of two sees what the other writes. */
  @Test
  void readsInACircleAreRefused() {
    committed(1, BEFORE_ALL, 10, w("x", "1"), r("y", "2"));
    committed(2, BEFORE_ALL, 20, w("y", "2"), r("x", "1"));
    assertThat(violations("x", "1", "y", "2"))
        .isNotEmpty()
        .anyMatch(text -> text.contains("transaction 1") && text.contains("read y as 2"));
  }

  /** P4, lost update: two add to what both have read. */
  @Test
  void lostUpdatesAreRefused() {
    committed(1, BEFORE_ALL, 10, r("x", "0"), w("x", "1"));
    committed(2, BEFORE_ALL, 20, r("x", "0"), w("x", "1"));
    assertThat(violations("x", "1", "y", "0"))
        .singleElement()
        .asString()
        .contains("transaction 2", "at its commit", "read x as 0 where it is 1");
  }

  /** G-single, read skew: one half of a transaction is seen, and not the other. */
  @Test
  void readSkewIsRefused() {
    committed(1, BEFORE_ALL, 10, w("x", "1"), w("y", "1"));
    readOnly(2, 9, r("x", "0"), r("y", "1"));
    readOnly(3, 10, r("x", "0"), r("y", "1"));
    readOnly(4, 9, r("x", "0"), r("y", "0"));
    assertThat(violations("x", "1", "y", "1"))
        .hasSize(2)
        .anyMatch(text -> text.contains("transaction 2") && text.contains("read y as 1"))
        .anyMatch(text -> text.contains("transaction 3") && text.contains("read x as 0"));
  }

  /** G2-item, write skew: each of two reads what the other writes, before that. */
  @Test
  void writeSkewIsRefused() {
    committed(1, BEFORE_ALL, 10, r("x", "0"), w("y", "1"));
    committed(2, BEFORE_ALL, 20, r("y", "0"), w("x", "1"));
    assertThat(violations("x", "1", "y", "1"))
        .singleElement()
        .asString()
        .contains("transaction 2", "at its commit", "read y as 0 where it is 1");
  }

  /** G2, with a predicate: a key that comes where another has counted. */
  @Test
  void phantomsAreRefused() {
    committed(1, BEFORE_ALL, 10, range("x", "0", "y", "0"), w("x1", "1"));
    committed(2, BEFORE_ALL, 20, range("x", "0", "y", "0"), w("x2", "1"));
    assertThat(violations("x", "0", "x1", "1", "x2", "1", "y", "0"))
        .singleElement()
        .asString()
        .contains("transaction 2", "at its commit", "wrongly");
  }

  /** Long fork: two readers see two writes in two orders. */
  @Test
  void longForksAreRefused() {
    committed(1, BEFORE_ALL, 10, w("x", "1"));
    committed(2, BEFORE_ALL, 11, w("y", "1"));
    readOnly(3, 10, r("x", "1"), r("y", "0"));
    assertThat(violations("x", "1", "y", "1")).isEmpty();
    readOnly(4, 10, r("x", "0"), r("y", "1"));
    assertThat(violations("x", "1", "y", "1"))
        .hasSize(2)
        .allMatch(text -> text.contains("transaction 4"));
  }

  /** Strictness: what ended before another began comes before it, also to who only reads. */
  @Test
  void staleReadsAreRefusedThoughTheyAreSerializable() {
    add(1, 1, 2, BEFORE_ALL, Outcome.COMMITTED, new Stamp(10, 0), w("x", "1"));
    markers.put(1L, new Stamp(10, 0));
    add(2, 2, 3, 9, Outcome.READ_ONLY, null, r("x", "0"));
    assertThat(violations("x", "1", "y", "0")).isEmpty();
    add(3, 3, 4, 9, Outcome.READ_ONLY, null, r("x", "0"));
    assertThat(violations("x", "1", "y", "0"))
        .isNotEmpty()
        .allMatch(text -> text.contains("transaction 3") && text.contains("before it"));
  }

  /** Strictness of writes: a place before what had ended. */
  @Test
  void aCommitInThePastIsRefused() {
    add(1, 1, 2, BEFORE_ALL, Outcome.COMMITTED, new Stamp(20, 0), w("x", "1"));
    add(2, 3, 4, -1, Outcome.COMMITTED, new Stamp(10, 0), w("y", "1"));
    markers.put(1L, new Stamp(20, 0));
    markers.put(2L, new Stamp(10, 0));
    assertThat(violations("x", "1", "y", "1"))
        .singleElement()
        .asString()
        .contains("transaction 2", "stands before it");
  }
}
