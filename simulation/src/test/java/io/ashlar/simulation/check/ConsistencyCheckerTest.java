package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.check.ConsistencyChecker.Seen;
import io.ashlar.simulation.check.ConsistencyChecker.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsistencyCheckerTest {
  private static final long N = ConsistencyChecker.NOT_READ;

  /** Register 0 is written at 10 and 30, register 1 at 20. */
  private static final List<Write> HISTORY =
      List.of(
          new Write(0, 3, new Stamp(30, 0)),
          new Write(0, 1, new Stamp(10, 0)),
          new Write(1, 2, new Stamp(20, 5)));

  private final ConsistencyChecker checker = new ConsistencyChecker();

  private Violations decide() {
    return checker.check(2, HISTORY);
  }

  private void expect(String violation) {
    Violations found = decide();
    assertThat(found.count()).as(found.toString()).isEqualTo(1);
    assertThat(found.toString()).contains(violation);
  }

  private void reads(long version, long first, long second, Seen seen) {
    checker.sessionRead("A", version, new long[] {first, second}, seen, List.of());
  }

  @Test
  void acceptsStatesThatWere() {
    reads(9, 0, 0, Seen.NOTHING);
    reads(10, 1, 0, new Seen(10, 9, 5));
    reads(29, 1, 2, new Seen(10, 20, 29));
    reads(30, 3, N, Seen.NOTHING);
    checker.sessionWrote("A", 11, new long[] {N, 0}, new Seen(10, 11, 0), new Stamp(20, 5));
    checker.sessionWrote("A", 0, new long[] {N, N}, new Seen(10, 11, 0), new Stamp(12, 0));
    checker.eventualRead("B", 12, new long[] {1, 0});
    checker.token("A", 30, new Seen(10, 30, 20), 30);
    checker.time("A", 1_000, 5);
    checker.time("A", 3_500, 7);
    checker.time("A", 3_500, 7);
    checker.time("A", 200_000_000, 7);
    assertThat(decide().isEmpty()).isTrue();
    assertThat(checker.reads()).isEqualTo(7);
  }

  @Test
  void aSessionReadsItsWrites() {
    reads(29, N, 2, new Seen(30, 0, 0));
    expect("A: does not read its writes: 29, and it had seen 30");
  }

  @Test
  void aSessionReadsMonotonically() {
    reads(29, N, 2, new Seen(0, 30, 0));
    expect("A: reads are not monotonic: 29");
  }

  @Test
  void aSessionSeesWhatATokenSays() {
    Seen other = Seen.NOTHING.writtenAt(30).readAt(20);
    reads(29, N, 2, Seen.NOTHING.toldOf(other));
    expect("A: does not see what it was told of: 29");
  }

  @Test
  void aSessionWritesMonotonically() {
    checker.sessionWrote("A", 0, new long[] {N, N}, new Seen(30, 0, 0), new Stamp(30, 0));
    expect("A: writes are not monotonic: 30");
  }

  @Test
  void writesFollowReads() {
    checker.sessionWrote("A", 0, new long[] {N, N}, new Seen(0, 30, 0), new Stamp(30, 0));
    expect("A: a write before a read: 30");
  }

  @Test
  void aWriteConflictsWithWhatItsTransactionRead() {
    checker.sessionWrote("A", 11, new long[] {1, N}, Seen.NOTHING, new Stamp(31, 0));
    expect("another wrote at 30");
  }

  @Test
  void whatNobodyCommittedIsNotRead() {
    checker.eventualRead("B", 30, new long[] {4, N});
    expect("B finds write 4 at 30: nobody committed it");
  }

  @Test
  void twoStatesAreNotMixed() {
    checker.eventualRead("B", 30, new long[] {1, 2});
    expect("B finds write 1 in register 0 of [1, 2] at 30, where 3 was");
  }

  @Test
  void anUnknownResultIsSettledForTheSessionThatHeardOfIt() {
    checker.sessionRead("A", 29, new long[] {N, 2}, Seen.NOTHING, List.of(3L, 7L));
    expect("write 3 of unknown result happened at 30, and it reads at 29");
  }

  @Test
  void aTokenHasWhatWasSeenAndDoesNotGoBack() {
    checker.token("A", 29, new Seen(30, 0, 0), 0);
    checker.token("A", 29, new Seen(0, 0, 0), 30);
    assertThat(decide().toString()).contains("a token forgets: 29", "a token goes back: 29");
  }

  @Test
  void storeTimeIsOneFunctionOfVersions() {
    checker.time("A", 1_000, 5);
    checker.time("A", 1_000, 6);
    checker.time("A", 4_000, 12);
    checker.time("A", 200_000_000, 11);
    assertThat(decide().toString())
        .contains("version 1000 has the times 5, 6")
        .contains("store time goes from 1000=6 to 4000=12")
        .contains("store time goes from 4000=12 to 200000000=11");
  }
}
