package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.Mutation;
import io.ashlar.simulation.check.WatchRecord.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** One key is written and watched; a writer's commit is asked for at the moment of its version. */
class WatchCheckerTest {
  private static final Bytes KEY = Bytes.utf8("k");

  private final List<WatchedWrite> writes = new ArrayList<>();
  private final Map<Long, Stamp> markers = new TreeMap<>();
  private final List<WatchRecord> watches = new ArrayList<>();

  private static Mutation set(String value) {
    return Mutation.set(KEY, Bytes.utf8(value));
  }

  private void committed(long id, long version, int index, Mutation... mutations) {
    Stamp stamp = new Stamp(version, index);
    writes.add(new WatchedWrite(id, version, List.of(mutations), Outcome.COMMITTED, stamp));
    markers.put(id, stamp);
  }

  private void watch(long readVersion, long writer, int before, State state, long endedAt) {
    Outcome outcome = writer == 0 ? Outcome.READ_ONLY : Outcome.COMMITTED;
    watch(readVersion, writer, before, outcome, state, endedAt, true);
  }

  private void watch(
      long readVersion,
      long writer,
      int before,
      Outcome outcome,
      State state,
      long endedAt,
      boolean lives) {
    watches.add(
        new WatchRecord(
            watches.size() + 1,
            KEY,
            readVersion,
            writer,
            before,
            outcome,
            11,
            state,
            endedAt,
            lives));
  }

  private WatchChecker checker() {
    return new WatchChecker(writes, markers, List.of(KEY));
  }

  private List<String> violations() {
    return checker().check(watches).kept();
  }

  private void assertOneViolation(String... parts) {
    List<String> found = violations();
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).contains(parts);
  }

  @Test
  void firesForAChangeAndWaitsWithoutOne() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(10, 0, 0, State.FIRED, 25);
    watch(20, 0, 0, State.WAITING, Long.MAX_VALUE);
    watch(20, 0, 0, State.CANCELLED, Long.MAX_VALUE);
    assertThat(violations()).isEmpty();
  }

  @Test
  void mayMissAValueThatCameAndWent() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    committed(3, 30, 0, set("a"));
    watch(10, 0, 0, State.WAITING, Long.MAX_VALUE);
    watch(10, 0, 0, State.FIRED, 40);
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsAWatchThatFiredForNothing() {
    committed(1, 10, 0, set("a"));
    watch(10, 0, 0, State.FIRED, 25);
    assertOneViolation("watch 1", "fired and nothing has changed");
  }

  @Test
  void findsAWatchThatFiredForTheSameValue() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("a"));
    watch(10, 0, 0, State.FIRED, 25);
    assertOneViolation("fired and nothing has changed");
  }

  @Test
  void findsAWatchThatFiredForWhatWasBeforeIt() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(20, 0, 0, State.FIRED, 25);
    assertOneViolation("fired and nothing has changed");
  }

  @Test
  void findsAWatchThatFiredBeforeTheWriteWasAskedFor() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(10, 0, 0, State.FIRED, 15);
    assertOneViolation("fired and nothing has changed");
  }

  @Test
  void findsAWatchThatFiredForAValueWithinABatch() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    committed(3, 20, 1, set("a"));
    watch(10, 0, 0, State.FIRED, 25);
    assertOneViolation("fired and nothing has changed");
  }

  @Test
  void findsAWatchThatFiredForWhatRecoveryTookBack() {
    committed(1, 10, 0, set("a"));
    writes.add(new WatchedWrite(2, 20, List.of(set("b")), Outcome.UNKNOWN, null));
    watch(10, 0, 0, State.FIRED, 25);
    assertOneViolation("fired and nothing has changed");
  }

  @Test
  void aTransactionInDoubtThatWasCommittedIsACause() {
    committed(1, 10, 0, set("a"));
    writes.add(new WatchedWrite(2, 20, List.of(set("b")), Outcome.OPEN, null));
    markers.put(2L, new Stamp(21, 0));
    watch(10, 0, 0, State.FIRED, 25);
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsAWatchThatDidNotFire() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(10, 0, 0, State.WAITING, Long.MAX_VALUE);
    assertThat(checker().mustFire(watches.get(0))).isTrue();
    assertOneViolation("watch 1", "did not fire: it was set for a");
  }

  @Test
  void findsAWatchOfAnAbsentKeyThatDidNotFire() {
    committed(1, 10, 0, set("a"));
    watch(5, 0, 0, State.WAITING, Long.MAX_VALUE);
    assertOneViolation("did not fire: it was set for null");
  }

  @Test
  void nobodyWaitsForTheWatchesOfADeadClient() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(10, 0, 0, Outcome.READ_ONLY, State.WAITING, Long.MAX_VALUE, false);
    watch(10, 0, 0, Outcome.FAILED, State.WAITING, Long.MAX_VALUE, false);
    assertThat(violations()).isEmpty();
  }

  @Test
  void isSetForWhatItsTransactionWroteBeforeIt() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(10, 2, 1, State.WAITING, Long.MAX_VALUE);
    assertThat(violations()).isEmpty();
    watch(10, 2, 1, State.FIRED, 25);
    assertOneViolation("watch 2", "it was set for b");
  }

  @Test
  void firesForWhatItsTransactionWroteAfterIt() {
    committed(1, 10, 0, set("a"));
    committed(2, 20, 0, set("b"));
    watch(10, 2, 0, State.FIRED, 25);
    assertThat(violations()).isEmpty();
    watch(10, 2, 0, State.WAITING, Long.MAX_VALUE);
    assertOneViolation("watch 2", "did not fire: it was set for a");
  }

  @Test
  void findsAWatchThatOutlivesAFailedTransaction() {
    committed(1, 10, 0, set("a"));
    watch(10, 0, 0, Outcome.FAILED, State.FAILED, 12, true);
    watch(10, 0, 0, Outcome.OPEN, State.WAITING, Long.MAX_VALUE, true);
    assertThat(violations()).isEmpty();
    watch(10, 0, 0, Outcome.FAILED, State.WAITING, Long.MAX_VALUE, true);
    assertOneViolation("watch 3", "waits and its transaction ended as FAILED");
  }

  @Test
  void findsAWatchThatFiresForAFailedTransaction() {
    committed(1, 10, 0, set("a"));
    watch(10, 0, 0, Outcome.UNKNOWN, State.FIRED, 12, true);
    assertOneViolation("fired and its transaction ended as UNKNOWN");
  }

  @Test
  void findsAWatchThatFailsThoughItsTransactionWasCommitted() {
    committed(1, 10, 0, set("a"));
    watch(10, 0, 0, State.FAILED, 12);
    assertOneViolation("failed after its transaction was committed");
  }

  @Test
  void mayFailBeforeTheCommitWhenItsValueCannotBeRead() {
    committed(1, 10, 0, set("a"));
    watch(10, 0, 0, State.FAILED, 10);
    assertThat(violations()).isEmpty();
  }

  @Test
  void findsALostWriterAndAMarkerOfNobody() {
    committed(1, 10, 0, set("a"));
    markers.clear();
    markers.put(9L, new Stamp(11, 0));
    assertThat(violations()).hasSize(2);
  }
}
