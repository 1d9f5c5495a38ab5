package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LedgerTest {
  @Test
  void acceptsWhatItMust() {
    Ledger ledger = ledger();
    assertThat(ledger.check(List.of(1L)).isEmpty()).isTrue();
    assertThat(ledger.check(List.of(1L, 3L, 4L)).isEmpty()).isTrue();
  }

  @Test
  void findsEachKindOfWrong() {
    assertThat(ledger().check(List.of()).kept())
        .singleElement()
        .asString()
        .contains("acknowledged and is not there");
    assertThat(ledger().check(List.of(1L, 1L)).kept())
        .singleElement()
        .asString()
        .contains("2 times");
    assertThat(ledger().check(List.of(1L, 2L)).kept())
        .singleElement()
        .asString()
        .contains("deed 2 (FAILED) was not committed and is there");
    assertThat(ledger().check(List.of(1L, 3L, 3L)).kept())
        .singleElement()
        .asString()
        .contains("2 times");
    assertThat(ledger().check(List.of(1L, 9L)).kept())
        .singleElement()
        .asString()
        .contains("nobody did it");
  }

  @Test
  void whatOnlyReadLeavesNothing() {
    Ledger ledger = new Ledger();
    ledger.end(ledger.begin(), Outcome.READ_ONLY);
    assertThat(ledger.check(List.of()).isEmpty()).isTrue();
    assertThat(ledger.check(List.of(1L)).kept()).singleElement().asString().contains("READ_ONLY");
  }

  @Test
  void countsWhatBecameOfWhatWasUnknown() {
    Ledger ledger = ledger();
    assertThat(ledger.unknown()).isEqualTo(2);
    assertThat(ledger.unknownDone(List.of(1L, 3L))).isEqualTo(1);
    assertThat(ledger.unknownDone(List.of(3L, 4L, 4L))).isEqualTo(2);
  }

  private static Ledger ledger() {
    Ledger ledger = new Ledger();
    ledger.end(ledger.begin(), Outcome.COMMITTED);
    ledger.end(ledger.begin(), Outcome.FAILED);
    ledger.end(ledger.begin(), Outcome.UNKNOWN);
    ledger.begin();
    return ledger;
  }

  @Test
  void ringIsOneCircleThroughAllNodes() {
    assertThat(RingChecker.check(new TreeMap<>(Map.of(0, 2, 2, 1, 1, 0)), 3)).isNull();
    assertThat(RingChecker.check(new TreeMap<>(Map.of(0, 1, 1, 0, 2, 2)), 3)).contains("closes");
    assertThat(RingChecker.check(new TreeMap<>(Map.of(0, 1, 1, 2, 2, 1)), 3)).contains("closes");
    assertThat(RingChecker.check(new TreeMap<>(Map.of(0, 1, 1, 0)), 3)).contains("2 nodes");
    assertThat(RingChecker.check(new TreeMap<>(Map.of(0, 1, 1, 7, 2, 0)), 3)).contains("node 7");
  }
}
