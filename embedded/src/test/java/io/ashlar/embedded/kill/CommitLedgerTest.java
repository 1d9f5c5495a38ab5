package io.ashlar.embedded.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommitLedgerTest {
  private final CommitLedger ledger = new CommitLedger();

  private void say(String... lines) {
    for (String line : lines) {
      assertThat(ledger.accept(line)).as(line).isTrue();
    }
  }

  private List<String> check(String... lines) {
    StoreContent content = new StoreContent();
    for (String line : lines) {
      assertThat(content.accept(line)).as(line).isTrue();
    }
    return ledger.check(content);
  }

  @Test
  void acceptsAStoreThatHasWhatWasAcknowledged() {
    say("begin 0/1/0", "ack 0/1/0", "begin 0/1/1", "fail 0/1/1", "begin 0/1/2", "unknown 0/1/2");
    assertThat(check("count 0/1/0 1", "log 0/1/0", "total 0/1 1")).isEmpty();
  }

  @Test
  void findsALostCommit() {
    say("begin 0/1/0", "ack 0/1/0");
    assertThat(check()).singleElement().asString().contains("0/1/0 is lost");
  }

  @Test
  void findsAFailedCommitThatIsThere() {
    say("begin 0/1/0", "fail 0/1/0");
    assertThat(check("count 0/1/0 1", "log 0/1/0", "total 0/1 1"))
        .singleElement()
        .asString()
        .contains("should not be");
  }

  @Test
  void findsACommitThatWasAppliedTwice() {
    say("begin 0/1/0");
    assertThat(check("count 0/1/0 2", "log 0/1/0", "log 0/1/0", "total 0/1 2"))
        .anyMatch(wrong -> wrong.contains("applied 2 times"));
  }

  @Test
  void findsACommitThatWasAppliedInPart() {
    say("begin 0/1/0", "ack 0/1/0");
    assertThat(check("count 0/1/0 1", "total 0/1 1"))
        .anyMatch(wrong -> wrong.contains("applied in part"));
  }

  @Test
  void findsACommitThatNobodyBegan() {
    assertThat(check("count 0/1/0 1", "log 0/1/0", "total 0/1 1"))
        .singleElement()
        .asString()
        .contains("nobody began it");
  }

  @Test
  void findsACommitThatComesBack() {
    say("begin 0/1/0");
    assertThat(check()).isEmpty();
    assertThat(check("count 0/1/0 1", "log 0/1/0", "total 0/1 1"))
        .singleElement()
        .asString()
        .contains("should not be");
  }

  @Test
  void findsACommitThatWasThereOnceAndIsGone() {
    say("begin 0/1/0");
    assertThat(check("count 0/1/0 1", "log 0/1/0", "total 0/1 1")).isEmpty();
    assertThat(check()).singleElement().asString().contains("is lost");
  }

  @Test
  void findsCommitsInTheWrongOrder() {
    say("begin 0/1/0", "ack 0/1/0", "begin 0/1/1", "ack 0/1/1");
    assertThat(check("count 0/1/0 1", "count 0/1/1 1", "log 0/1/1", "log 0/1/0", "total 0/1 2"))
        .singleElement()
        .asString()
        .contains("stands behind");
  }

  @Test
  void findsAWrongTotal() {
    say("begin 0/1/0", "ack 0/1/0");
    assertThat(check("count 0/1/0 1", "log 0/1/0", "total 0/1 2"))
        .singleElement()
        .asString()
        .contains("totals");
  }

  @Test
  void knowsWhatIsInFlight() {
    say("begin 3/0/0", "begin 3/1/0", "ack 3/1/0", "begin 4/0/0");
    assertThat(ledger.inFlight(3)).isEqualTo(1);
    assertThat(ledger.acknowledged(3)).isEqualTo(1);
    assertThatThrownBy(() -> ledger.accept("ack 3/1/0")).isInstanceOf(IllegalStateException.class);
    assertThat(ledger.accept("ready")).isFalse();
  }
}
