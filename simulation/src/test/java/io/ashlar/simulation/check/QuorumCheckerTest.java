package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import org.junit.jupiter.api.Test;

/** The checker of registers sees what is wrong at once, and nothing where nothing is. */
class QuorumCheckerTest {
  private final QuorumChecker checker = new QuorumChecker();

  private static RegisterGeneration generation(long counter) {
    return counter == 0
        ? RegisterGeneration.ZERO
        : new RegisterGeneration(counter, new Uid(counter, counter));
  }

  private String locks(long counter, long readCounter, long readSequence) {
    checker.asks(generation(counter));
    return locked(counter, readCounter, readSequence);
  }

  private String locked(long counter, long readCounter, long readSequence) {
    return checker.locked(generation(counter), generation(readCounter), readSequence);
  }

  private String writes(long counter, long sequence) {
    checker.writes(generation(counter), sequence);
    return checker.accepted(generation(counter), sequence);
  }

  @Test
  void thoseThatFollowEachOtherAreRight() {
    assertThat(locks(1, 0, 0)).isNull();
    assertThat(writes(1, 1)).isNull();
    assertThat(writes(1, 2)).isNull();
    assertThat(locks(2, 1, 2)).isNull();
    assertThat(writes(2, 1)).isNull();
    assertThat(checker.acceptedCount()).isEqualTo(3);
  }

  @Test
  void aWriteThatWasNotAcceptedMayBeReadOrNot() {
    assertThat(locks(1, 0, 0)).isNull();
    checker.writes(generation(1), 1);
    assertThat(locks(2, 0, 0)).isNull();
    assertThat(locks(3, 1, 1)).isNull();
    assertThat(locks(4, 0, 0)).isNull();
    assertThat(writes(4, 1)).isNull();
  }

  @Test
  void anAcceptedWriteThatALaterLockDoesNotReadIsLost() {
    assertThat(locks(1, 0, 0)).isNull();
    assertThat(writes(1, 1)).isNull();
    assertThat(locks(2, 0, 0))
        .contains("has read nothing, and write 1 of generation 1 of 00000000");
  }

  @Test
  void anOlderWriteThanTheLastIsNotEnough() {
    assertThat(locks(1, 0, 0)).isNull();
    assertThat(writes(1, 1)).isNull();
    assertThat(writes(1, 2)).isNull();
    assertThat(locks(2, 1, 1)).contains("write 2 of generation 1 of 00000000 was accepted");
  }

  @Test
  void aLockOfALowerGenerationMayMissWhatAHigherOneWroteMeanwhile() {
    checker.asks(generation(1));
    assertThat(locks(2, 0, 0)).isNull();
    assertThat(writes(2, 1)).isNull();
    assertThat(locked(1, 0, 0)).isNull();
  }

  @Test
  void butNotWhatWasThereBeforeItBegan() {
    assertThat(locks(2, 0, 0)).isNull();
    assertThat(writes(2, 1)).isNull();
    assertThat(locks(1, 0, 0)).contains("write 1 of generation 2 of 00000000 was accepted");
  }

  @Test
  void whatIsAcceptedAfterAHigherGenerationHasLockedMustHaveBeenRead() {
    assertThat(locks(1, 0, 0)).isNull();
    checker.writes(generation(1), 1);
    assertThat(locks(2, 0, 0)).isNull();
    assertThat(checker.accepted(generation(1), 1)).contains("has read nothing");
  }

  @Test
  void whatWasReadAndAcceptedLaterIsRight() {
    assertThat(locks(1, 0, 0)).isNull();
    checker.writes(generation(1), 1);
    assertThat(locks(2, 1, 1)).isNull();
    assertThat(writes(2, 1)).isNull();
    assertThat(checker.accepted(generation(1), 1)).isNull();
    assertThat(locks(3, 2, 1)).isNull();
  }

  @Test
  void twoAcceptedWritesAfterTheSameReadAreOneTooMany() {
    checker.asks(generation(2));
    assertThat(locks(1, 0, 0)).isNull();
    assertThat(writes(1, 1)).isNull();
    assertThat(locked(2, 0, 0)).contains("write 1 of generation 1 of 00000000 was accepted");
    assertThat(writes(2, 1)).contains("know nothing of each other");
  }

  @Test
  void whatNobodyWroteCannotBeRead() {
    assertThat(locks(1, 7, 1)).contains("which nobody wrote");
  }
}
