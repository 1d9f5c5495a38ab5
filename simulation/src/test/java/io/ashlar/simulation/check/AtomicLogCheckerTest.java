package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.MutationType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AtomicLogCheckerTest {
  private final AtomicLogChecker checker = new AtomicLogChecker();
  private final Ledger ledger = new Ledger();
  private final Map<Long, Stamp> told = new TreeMap<>();
  private final Map<Long, Integer> logged = new TreeMap<>();
  private final List<LoggedOperation> log = new ArrayList<>();

  private void operation(long deed, long version, int sequence, MutationType type, int... operand) {
    log.add(new LoggedOperation(new Stamp(version, 0), deed, sequence, type, Bytes.of(operand)));
  }

  /** A transaction of one operation. */
  private long add(long version, int amount, Outcome outcome) {
    long deed = ledger.begin();
    if (outcome != Outcome.OPEN) {
      ledger.end(deed, outcome);
    }
    logged.put(deed, 1);
    if (outcome == Outcome.COMMITTED) {
      told.put(deed, new Stamp(version, 0));
    }
    operation(deed, version, 0, MutationType.ADD, amount);
    return deed;
  }

  private List<String> violations(Bytes value) {
    checker.compare("key", value, log);
    checker.take(log);
    return checker.finish(ledger, told, logged).kept();
  }

  private void assertOneViolation(Bytes value, String... parts) {
    List<String> found = violations(value);
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).contains(parts);
  }

  @Test
  void aValueIsWhatItsLogMakesOfNothing() {
    add(10, 1, Outcome.COMMITTED);
    add(11, 2, Outcome.UNKNOWN);
    add(12, 4, Outcome.OPEN);
    assertThat(violations(Bytes.of(7))).isEmpty();
    assertThat(checker.foldedCount()).isEqualTo(3);
  }

  @Test
  void nothingIsNothing() {
    assertThat(violations(null)).isEmpty();
  }

  @Test
  void everyKindOfWriteIsFolded() {
    long deed = ledger.begin();
    ledger.end(deed, Outcome.COMMITTED);
    Bytes template = StampedTemplate.of(Bytes.of(9), Bytes.EMPTY);
    operation(deed, 10, 0, MutationType.SET, 5);
    operation(deed, 10, 1, MutationType.COMPARE_AND_CLEAR, 5);
    operation(deed, 10, 2, MutationType.SET, 6);
    operation(deed, 10, 3, MutationType.CLEAR_RANGE);
    Stamp stamp = new Stamp(10, 0);
    MutationType stamped = MutationType.SET_VERSIONSTAMPED_VALUE;
    log.add(new LoggedOperation(stamp, deed, 4, stamped, template));
    operation(deed, 10, 5, MutationType.APPEND_IF_FITS, 7);
    Bytes expected = Bytes.of(9).concat(new Stamp(10, 0).toBytes()).concat(Bytes.of(7));
    assertThat(violations(expected)).isEmpty();
  }

  @Test
  void findsAnOperationThatWasAppliedTwice() {
    add(10, 1, Outcome.COMMITTED);
    assertOneViolation(Bytes.of(2), "key is \\x02", "make it \\x01");
  }

  @Test
  void findsAnOperationThatWasNotApplied() {
    add(10, 1, Outcome.COMMITTED);
    assertOneViolation(null, "key is null", "make it \\x01");
  }

  @Test
  void findsAnAcknowledgedOperationThatIsNotLogged() {
    add(10, 1, Outcome.COMMITTED);
    log.clear();
    assertOneViolation(null, "was acknowledged and is not there");
  }

  @Test
  void findsAFailedOperationThatIsLogged() {
    add(10, 1, Outcome.FAILED);
    assertOneViolation(Bytes.of(1), "was not committed and is there");
  }

  @Test
  void findsATransactionThatCameTwice() {
    long deed = add(10, 1, Outcome.COMMITTED);
    operation(deed, 11, 0, MutationType.ADD, 1);
    List<String> found = violations(Bytes.of(2));
    assertThat(found).hasSize(2);
    assertThat(found.get(0)).contains("is logged at 10.0 and at 11.0");
    assertThat(found.get(1)).contains("is logged twice");
  }

  @Test
  void findsATransactionThatCameInPart() {
    long deed = add(10, 1, Outcome.COMMITTED);
    logged.put(deed, 2);
    assertOneViolation(Bytes.of(1), "1 operations are there and 2 were made");
  }

  @Test
  void findsATransactionThatIsAtAnotherStampThanItWasTold() {
    long deed = add(10, 1, Outcome.COMMITTED);
    told.put(deed, new Stamp(9, 0));
    assertOneViolation(Bytes.of(1), "acknowledged at 9.0 and is logged at 10.0");
  }

  @Test
  void findsALogInDisorder() {
    add(10, 1, Outcome.COMMITTED);
    add(9, 1, Outcome.COMMITTED);
    assertOneViolation(Bytes.of(2), "is logged after");
  }

  /** Sixty thousand bytes, as many again that do not fit, and one that does. */
  private void appendTooMuch() {
    long deed = ledger.begin();
    ledger.end(deed, Outcome.COMMITTED);
    logged.put(deed, 3);
    Bytes large = Bytes.wrap(new byte[60_000]);
    Stamp stamp = new Stamp(10, 0);
    log.add(new LoggedOperation(stamp, deed, 0, MutationType.APPEND_IF_FITS, large));
    log.add(new LoggedOperation(stamp, deed, 1, MutationType.APPEND_IF_FITS, large));
    operation(deed, 10, 2, MutationType.APPEND_IF_FITS, 7);
  }

  @Test
  void whatDoesNotFitIsNotAppended() {
    appendTooMuch();
    assertThat(violations(Bytes.wrap(new byte[60_000]).concat(Bytes.of(7)))).isEmpty();
  }

  @Test
  void findsAnAppendThatWentBeyondTheLimit() {
    appendTooMuch();
    Bytes value = Bytes.wrap(new byte[120_000]).concat(Bytes.of(7));
    assertOneViolation(value, "… of 120001 bytes", "… of 60001 bytes");
  }

  @Test
  void findsAnAppendThatWasCutToWhatFits() {
    appendTooMuch();
    assertThat(violations(Bytes.wrap(new byte[100_000]))).hasSize(1);
  }
}
