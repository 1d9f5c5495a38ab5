package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Histories of lists x and y, with the anomalies of Adya's thesis by name. */
class AppendCheckerTest {
  private final List<AppendRecord> history = new ArrayList<>();
  private final List<AppendRead> reads = new ArrayList<>();
  private final Map<String, List<Long>> lists = new TreeMap<>();

  private static List<Long> list(long... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  private void committed(long id, long version, String... to) {
    Stamp stamp = new Stamp(version, 0);
    history.add(new AppendRecord(id, List.of(to), Outcome.COMMITTED, stamp));
  }

  private void ended(long id, Outcome outcome, String... to) {
    history.add(new AppendRecord(id, List.of(to), outcome, null));
  }

  private void read(long version, List<Long> x, List<Long> y) {
    Map<String, List<Long>> seen = new TreeMap<>();
    if (x != null) {
      seen.put("x", x);
    }
    if (y != null) {
      seen.put("y", y);
    }
    reads.add(new AppendRead(version, seen));
  }

  private void end(List<Long> x, List<Long> y) {
    lists.put("x", x);
    lists.put("y", y);
  }

  private List<String> violations() {
    return AppendChecker.check(history, reads, lists).kept();
  }

  private void assertRefused(String... words) {
    assertThat(violations()).singleElement().asString().contains(words);
  }

  @Test
  void acceptsWhatHappenedInOneOrder() {
    committed(1, 10, "x", "y");
    committed(2, 20, "y");
    ended(3, Outcome.FAILED, "x");
    ended(4, Outcome.UNKNOWN, "x", "y");
    ended(5, Outcome.OPEN, "x");
    ended(6, Outcome.UNKNOWN, "y");
    end(list(1, 4, 5), list(1, 4, 2));
    read(9, list(), list());
    read(10, list(1), list(1));
    read(15, list(1, 4), list(1, 4));
    read(15, list(1), list(1));
    read(20, list(1, 4, 5), list(1, 4, 2));
    read(30, list(1, 4), null);
    assertThat(violations()).isEmpty();
  }

  @Test
  void refusesWhatIsThereAndMustNotBe() {
    ended(1, Outcome.FAILED, "x");
    end(list(1), list());
    assertRefused("1 (FAILED)", "was not committed and is there");
  }

  @Test
  void refusesWhatOnlyReadAndIsThere() {
    ended(1, Outcome.READ_ONLY, "x");
    end(list(1), list());
    assertRefused("was not committed and is there");
  }

  @Test
  void refusesWhatNobodyAppended() {
    committed(1, 10, "x");
    end(list(1), list(7));
    assertRefused("y has 7, which nobody appended");
  }

  @Test
  void refusesANumberInAnotherList() {
    committed(1, 10, "x");
    end(list(1), list(1));
    assertRefused("y has 1, which nobody appended");
  }

  @Test
  void refusesWhatIsThereTwice() {
    ended(1, Outcome.UNKNOWN, "x");
    end(list(1, 1), list());
    assertRefused("x has 1 (UNKNOWN) twice");
  }

  @Test
  void refusesALostAcknowledgement() {
    committed(1, 10, "x", "y");
    end(list(1), list());
    assertRefused("was acknowledged and is not in all of its lists");
  }

  @Test
  void refusesHalfOfATransactionInDoubt() {
    ended(1, Outcome.UNKNOWN, "x", "y");
    end(list(1), list());
    assertRefused("is in a part of its lists");
  }

  /** G0, dirty write: two transactions append to two lists in two orders. */
  @Test
  void refusesDirtyWrites() {
    committed(1, 10, "x", "y");
    committed(2, 20, "x", "y");
    end(list(1, 2), list(2, 1));
    assertRefused("y has 1 (COMMITTED", "behind 2");
  }

  /** G1a, aborted read. */
  @Test
  void refusesReadsOfWhatFailed() {
    ended(1, Outcome.FAILED, "x");
    end(list(), list());
    read(10, list(1), null);
    assertRefused("saw x as it never was", "[1]");
  }

  /** G1b, intermediate read: an order of things in between that does not last. */
  @Test
  void refusesReadsOfAnOrderThatDoesNotLast() {
    ended(1, Outcome.UNKNOWN, "x");
    ended(2, Outcome.UNKNOWN, "x");
    end(list(1, 2), list());
    read(10, list(2), null);
    assertRefused("saw x as it never was", "from place 0 on [2] and not [1, 2]");
  }

  /** G1c, circular information flow: what is seen has a stamp above the read version. */
  @Test
  void refusesReadsOfTheFuture() {
    committed(1, 10, "x");
    end(list(1), list());
    read(9, list(1), null);
    assertRefused("a read at 9 saw 1");
  }

  /** Lost update: each of two has appended behind what both have read. */
  @Test
  void refusesLostUpdates() {
    committed(1, 10, "x");
    committed(2, 20, "x");
    end(list(2), list());
    assertRefused("1 (COMMITTED", "is not in all of its lists");
  }

  /** G-single, read skew: one list with the transaction, the other without. */
  @Test
  void refusesReadSkew() {
    ended(1, Outcome.UNKNOWN, "x", "y");
    end(list(1), list(1));
    read(10, list(1), list());
    assertRefused("saw a part of 1 (UNKNOWN): not in y");
  }

  /** Long fork: two readers, two writers, two orders. */
  @Test
  void refusesLongForks() {
    committed(1, 10, "x");
    committed(2, 11, "y");
    end(list(1), list(2));
    read(10, list(1), list());
    assertThat(violations()).isEmpty();
    read(11, list(), list(2));
    assertRefused("a read at 11 did not see 1");
  }

  /** Stale read: what had a stamp at the read version is not seen. */
  @Test
  void refusesStaleReads() {
    committed(1, 10, "x");
    end(list(1), list());
    read(10, list(), null);
    assertRefused("did not see 1");
  }
}
