package io.ashlar.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.demo.Ledger.Entry;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private final Ledger ledger = new Ledger();

  @Test
  void countsWhatWasAskedForAndWhatWasAcknowledged() {
    feed("S 0 0", "S 1 0", "A 0 0", "S 0 1");
    assertThat(ledger.acknowledgedCount()).isEqualTo(1);
    assertThat(ledger.inFlightCount()).isEqualTo(2);
  }

  @Test
  void anAcknowledgedEntryThatIsMissingIsLost() {
    feed("S 0 0", "A 0 0", "S 0 1", "A 0 1");
    assertThat(ledger.lost(found(new Entry(0, 0)))).containsExactly(new Entry(0, 1));
  }

  @Test
  void anEntryInFlightMayBeThereOrNot() {
    feed("S 0 0", "A 0 0", "S 0 1");
    assertThat(ledger.lost(found(new Entry(0, 0)))).isEmpty();
    assertThat(ledger.invented(found(new Entry(0, 0), new Entry(0, 1)))).isEmpty();
  }

  @Test
  void anEntryThatNobodyAskedForIsInvented() {
    feed("S 0 0");
    assertThat(ledger.invented(found(new Entry(2, 7)))).containsExactly(new Entry(2, 7));
  }

  @Test
  void otherLinesAreNotTheLedgers() {
    assertThat(ledger.accept("ready")).isFalse();
    assertThat(ledger.accept("")).isFalse();
  }

  @Test
  void keysKeepTheOrderOfEntries() {
    assertThat(new Entry(3, 12).keyEnd()).isEqualTo("03/000012");
    assertThat(Entry.ofKeyEnd("03/000012")).isEqualTo(new Entry(3, 12));
    assertThat(Entry.ofKeyEnd(new Entry(10, 1_234_567).keyEnd()))
        .isEqualTo(new Entry(10, 1_234_567));
  }

  private void feed(String... lines) {
    for (String line : lines) {
      assertThat(ledger.accept(line)).isTrue();
    }
  }

  private static TreeSet<Entry> found(Entry... entries) {
    return new TreeSet<>(List.of(entries));
  }
}
