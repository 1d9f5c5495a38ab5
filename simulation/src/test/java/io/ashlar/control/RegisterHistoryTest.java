package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The checker of registers sees what is wrong, and nothing where nothing is. */
class RegisterHistoryTest {
  private final RegisterHistory history = new RegisterHistory();

  @Test
  void writersThatFollowEachOtherAreRight() {
    history.locked(0, 5, RegisterHistory.NOTHING);
    history.writes(1, RegisterHistory.NOTHING, 5);
    history.accepted(1, 10);
    history.writes(2, 1, 10);
    history.locked(12, 20, 2);
    history.writes(3, 2, 20);
    history.accepted(3, 30);
    history.accepted(2, 31);
    assertThat(history.violation()).isNull();
  }

  @Test
  void aWriteThatNobodyHeardOfMayBeReadOrNot() {
    history.writes(1, RegisterHistory.NOTHING, 0);
    history.locked(5, 6, RegisterHistory.NOTHING);
    history.locked(7, 8, 1);
    history.locked(9, 10, RegisterHistory.NOTHING);
    assertThat(history.violation()).isNull();
  }

  @Test
  void anAcceptedWriteThatALaterLockDoesNotReadIsLost() {
    history.writes(1, RegisterHistory.NOTHING, 0);
    history.accepted(1, 10);
    history.locked(10, 20, RegisterHistory.NOTHING);
    assertThat(history.violation()).contains("is not in what was read later");
  }

  @Test
  void aLockThatBeganBeforeMayMissIt() {
    history.writes(1, RegisterHistory.NOTHING, 0);
    history.accepted(1, 10);
    history.locked(9, 20, RegisterHistory.NOTHING);
    assertThat(history.violation()).isNull();
  }

  @Test
  void twoAcceptedWritesAfterTheSameReadAreOneTooMany() {
    history.writes(1, RegisterHistory.NOTHING, 0);
    history.writes(2, RegisterHistory.NOTHING, 0);
    history.accepted(1, 10);
    history.accepted(2, 10);
    assertThat(history.violation()).contains("know nothing of each other");
  }

  @Test
  void anAcceptedWriteFollowsWhatWasAcceptedBeforeItBegan() {
    history.writes(2, RegisterHistory.NOTHING, 0);
    history.writes(1, 2, 1);
    history.accepted(1, 10);
    history.writes(2, RegisterHistory.NOTHING, 11);
    history.accepted(2, 12);
    assertThat(history.violation()).contains("does not come before the later");
  }

  @Test
  void whatNobodyWroteCannotBeRead() {
    history.locked(0, 1, 7);
    assertThat(history.violation()).contains("read before it was written");
    RegisterHistory early = new RegisterHistory();
    early.locked(0, 1, 7);
    early.writes(7, RegisterHistory.NOTHING, 2);
    assertThat(early.violation()).contains("read before it was written");
  }
}
