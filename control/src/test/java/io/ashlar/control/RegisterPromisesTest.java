package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import io.ashlar.core.CheckFailedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.RegisterRead;
import org.junit.jupiter.api.Test;

class RegisterPromisesTest {
  private static final RegisterGeneration MINE = generation(7);

  private static RegisterGeneration generation(long counter) {
    return new RegisterGeneration(counter, new Uid(0, counter));
  }

  private static RegisterRead promise(long writtenBy, long sequence) {
    return new RegisterRead(
        MINE, generation(writtenBy), sequence, Bytes.utf8(writtenBy + "." + sequence));
  }

  @Test
  void aMajorityIsAQuorumAndOneThatAnswersTwiceIsNone() {
    RegisterPromises promises = new RegisterPromises(MINE, 3);
    assertThat(promises.record(1, promise(3, 1))).isTrue();
    assertThat(promises.record(1, promise(3, 1))).isTrue();
    assertThat(promises.isQuorum()).isFalse();
    assertThatThrownBy(promises::latest).isInstanceOf(CheckFailedException.class);
    promises.record(2, promise(2, 9));
    assertThat(promises.isQuorum()).isTrue();
    assertThat(promises.latest()).isEqualTo(promise(3, 1));
    RegisterPromises ofFour = new RegisterPromises(MINE, 4);
    ofFour.record(0, promise(1, 1));
    ofFour.record(1, promise(1, 1));
    assertThat(ofFour.isQuorum()).isFalse();
  }

  @Test
  void ofOneGenerationTheLaterWriteCounts() {
    RegisterPromises promises = new RegisterPromises(MINE, 3);
    promises.record(0, promise(3, 1));
    promises.record(1, promise(3, 2));
    assertThat(promises.latest().value()).isEqualTo(Bytes.utf8("3.2"));
  }

  @Test
  void aRegisterThatKnowsAHigherGenerationPromisesNothing() {
    RegisterPromises promises = new RegisterPromises(MINE, 1);
    RegisterRead refusal = new RegisterRead(generation(9), RegisterGeneration.ZERO, 0, null);
    assertThat(promises.record(0, refusal)).isFalse();
    assertThat(promises.isQuorum()).isFalse();
    assertThat(promises.highestCounter()).isEqualTo(9);
  }
}
