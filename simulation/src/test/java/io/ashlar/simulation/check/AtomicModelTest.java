package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import org.junit.jupiter.api.Test;

class AtomicModelTest {
  private static Bytes of(int... bytes) {
    return Bytes.of(bytes);
  }

  private static void check(MutationType type, Bytes before, Bytes operand, Bytes after) {
    assertThat(AtomicModel.apply(type, before, operand)).as(type.toString()).isEqualTo(after);
  }

  @Test
  void numbersAreLittleEndianAndAsLongAsTheOperand() {
    check(MutationType.ADD, of(0xff, 0x01), of(1, 0), of(0, 2));
    check(MutationType.ADD, of(0xff, 0x01, 7), of(1, 0), of(0, 2));
    check(MutationType.ADD, of(0xff), of(1, 0, 0), of(0, 1, 0));
    check(MutationType.ADD, of(0xff, 0xff), of(1, 0), of(0, 0));
    check(MutationType.ADD, of(5, 6), Bytes.EMPTY, Bytes.EMPTY);
    check(MutationType.MAX, of(0, 1), of(0xff, 0), of(0, 1));
    check(MutationType.MAX, of(1, 9), of(2), of(2));
    check(MutationType.MIN, of(0, 1), of(0xff, 0), of(0xff, 0));
    check(MutationType.MIN, of(3), of(4, 0), of(3, 0));
    check(MutationType.BIT_AND, of(0xf0, 0xff), of(0x3c), of(0x30));
    check(MutationType.BIT_OR, of(0xf0), of(0x0c, 1), of(0xfc, 1));
    check(MutationType.BIT_XOR, of(0xff), of(0x0f, 1), of(0xf0, 1));
  }

  @Test
  void anAbsentValueIsZeroOrTheOperand() {
    check(MutationType.ADD, null, of(1, 2), of(1, 2));
    check(MutationType.BIT_AND, null, of(1, 2), of(1, 2));
    check(MutationType.BIT_OR, null, of(1, 2), of(1, 2));
    check(MutationType.BIT_XOR, null, of(1, 2), of(1, 2));
    check(MutationType.MAX, null, of(1, 2), of(1, 2));
    check(MutationType.MIN, null, of(1, 2), of(1, 2));
    check(MutationType.BYTE_MIN, null, of(1, 2), of(1, 2));
    check(MutationType.BYTE_MAX, null, of(1, 2), of(1, 2));
    check(MutationType.APPEND_IF_FITS, null, of(1, 2), of(1, 2));
    check(MutationType.COMPARE_AND_CLEAR, null, of(1, 2), null);
    check(MutationType.COMPARE_AND_CLEAR, null, Bytes.EMPTY, null);
  }

  @Test
  void stringsOfBytesAreComparedAsStrings() {
    check(MutationType.BYTE_MIN, of(2), of(1, 9), of(1, 9));
    check(MutationType.BYTE_MIN, of(1), of(1, 0), of(1));
    check(MutationType.BYTE_MAX, of(2), of(1, 9), of(2));
    check(MutationType.BYTE_MAX, of(1), of(1, 0), of(1, 0));
    check(MutationType.COMPARE_AND_CLEAR, of(1), of(1), null);
    check(MutationType.COMPARE_AND_CLEAR, of(1), of(1, 0), of(1));
  }

  @Test
  void whatDoesNotFitIsNotAppended() {
    Bytes most = Bytes.wrap(new byte[99_999]);
    check(MutationType.APPEND_IF_FITS, most, of(1, 2), most);
    assertThat(AtomicModel.apply(MutationType.APPEND_IF_FITS, most, of(1)).length())
        .isEqualTo(100_000);
  }

  /** The store's own evaluation and the model came about apart from each other. */
  @Test
  void agreesWithTheStoreOnRandomValues() {
    SeededRandom random = new SeededRandom(7);
    for (MutationType type : MutationType.values()) {
      for (int i = 0; type.isAtomicOperation() && i < 2_000; i++) {
        Bytes before = random.chance(100_000) ? null : bytes(random);
        Bytes operand = bytes(random);
        check(type, before, operand, AtomicOps.apply(type, before, operand));
      }
    }
  }

  private static Bytes bytes(SeededRandom random) {
    byte[] bytes = new byte[random.nextInt(6)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextBoolean() ? random.nextInt(256) : 255 * random.nextInt(2));
    }
    return Bytes.wrap(bytes);
  }
}
