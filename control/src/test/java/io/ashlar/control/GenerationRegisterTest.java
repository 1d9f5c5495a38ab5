package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class GenerationRegisterTest {
  private static RegisterGeneration generation(long counter, long owner) {
    return new RegisterGeneration(counter, new Uid(0, owner));
  }

  @Test
  void writerThatWasOvertakenByAReaderIsRefused() {
    GenerationRegister register = new GenerationRegister();
    register.read(generation(1, 1));
    register.read(generation(2, 2));
    assertThat(register.write(generation(1, 1), Bytes.utf8("old"))).isFalse();
    assertThat(register.write(generation(2, 2), Bytes.utf8("new"))).isTrue();
    assertThat(register.value()).isEqualTo(Bytes.utf8("new"));
  }

  @Test
  void sameWriterMayWriteAgainUntilSomeoneElseReads() {
    GenerationRegister register = new GenerationRegister();
    register.read(generation(1, 1));
    assertThat(register.write(generation(1, 1), Bytes.utf8("a"))).isTrue();
    assertThat(register.write(generation(1, 1), Bytes.utf8("b"))).isTrue();
    register.read(generation(1, 2));
    assertThat(register.write(generation(1, 1), Bytes.utf8("c"))).isFalse();
    assertThat(register.value()).isEqualTo(Bytes.utf8("b"));
  }

  /** A connection was cut, and what was sent by it came after what was sent by the next one. */
  @Test
  void aLateWriteDoesNotUndoALaterOneOfTheSameWriter() {
    GenerationRegister register = new GenerationRegister();
    register.read(generation(1, 1));
    assertThat(register.write(generation(1, 1), 1, Bytes.utf8("a"))).isTrue();
    assertThat(register.write(generation(1, 1), 1, Bytes.utf8("a"))).isTrue();
    assertThat(register.write(generation(1, 1), 2, Bytes.utf8("b"))).isTrue();
    assertThat(register.write(generation(1, 1), 1, Bytes.utf8("a"))).isFalse();
    assertThat(register.value()).isEqualTo(Bytes.utf8("b"));
    register = GenerationRegister.decode(register.encode());
    assertThat(register.write(generation(1, 1), 1, Bytes.utf8("a"))).isFalse();
    assertThat(register.write(generation(2, 2), 1, Bytes.utf8("c"))).isTrue();
    assertThat(register.value()).isEqualTo(Bytes.utf8("c"));
  }

  @Property(tries = 500, seed = "42")
  void survivesItsEncodingAndKeepsItsInvariants(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    GenerationRegister register = new GenerationRegister();
    for (int i = 0; i < 20; i++) {
      RegisterGeneration generation = generation(1 + random.nextInt(5), random.nextInt(3));
      if (random.nextBoolean()) {
        register.read(generation);
      } else {
        Bytes before = register.value();
        RegisterGeneration readBefore = register.readGeneration();
        boolean counted = random.nextBoolean();
        boolean later = register.writeGeneration().equals(generation) && register.sequence() > i;
        boolean written =
            counted
                ? register.write(generation, 1 + i, Bytes.utf8("v" + i))
                : register.write(generation, Bytes.utf8("v" + i));
        assertThat(written).isEqualTo(readBefore.compareTo(generation) <= 0 && !(counted && later));
        assertThat(register.value()).isEqualTo(written ? Bytes.utf8("v" + i) : before);
      }
      register.checkInvariants();
      GenerationRegister copy = GenerationRegister.decode(register.encode());
      assertThat(copy.encode()).isEqualTo(register.encode());
      register = copy;
    }
  }

  @Test
  void bytesThatAreNoRegisterAreRefused() {
    Bytes encoded = new GenerationRegister().encode();
    assertThatThrownBy(() -> GenerationRegister.decode(encoded.slice(0, encoded.length() - 1)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> GenerationRegister.decode(Bytes.of(9)))
        .isInstanceOf(MalformedException.class);
  }
}
