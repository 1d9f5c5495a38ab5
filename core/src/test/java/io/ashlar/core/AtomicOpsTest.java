package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Every row of the table of atomic operations, written out. */
final class AtomicOpsTest {
  private static final Bytes EMPTY = Bytes.EMPTY;

  private static Bytes of(int... bytes) {
    return Bytes.of(bytes);
  }

  private static void check(MutationType type, Bytes existing, Bytes operand, Bytes expected) {
    assertThat(AtomicOps.apply(type, existing, operand)).isEqualTo(expected);
  }

  @Test
  void addsLittleEndianInTheOperandsLength() {
    check(MutationType.ADD, of(1), of(2), of(3));
    check(MutationType.ADD, of(0xff, 0), of(1, 0), of(0, 1));
    check(MutationType.ADD, of(0xff), of(1), of(0));
    check(MutationType.ADD, of(0xff, 0xff), of(1), of(0));
    check(MutationType.ADD, of(5), of(1, 2, 3), of(6, 2, 3));
    check(MutationType.ADD, null, of(7, 0), of(7, 0));
    check(MutationType.ADD, of(1, 2), EMPTY, EMPTY);
    check(MutationType.ADD, of(0xff, 0xff, 0xff), of(0xff, 0xff, 0xff), of(0xfe, 0xff, 0xff));
  }

  @Test
  void bitOperationsWorkInTheOperandsLength() {
    check(MutationType.BIT_AND, of(0b1100, 0xff), of(0b1010), of(0b1000));
    check(MutationType.BIT_AND, of(0b1100), of(0b1010, 0xff), of(0b1000, 0));
    check(MutationType.BIT_AND, null, of(0b1010), of(0b1010));
    check(MutationType.BIT_AND, EMPTY, of(0b1010), of(0));
    check(MutationType.BIT_OR, of(0b1100, 0xff), of(0b1010), of(0b1110));
    check(MutationType.BIT_OR, of(0b1100), of(0b1010, 3), of(0b1110, 3));
    check(MutationType.BIT_OR, null, of(0b1010), of(0b1010));
    check(MutationType.BIT_XOR, of(0b1100, 0xff), of(0b1010), of(0b0110));
    check(MutationType.BIT_XOR, of(0b1100), of(0b1010, 3), of(0b0110, 3));
    check(MutationType.BIT_XOR, null, of(0b1010), of(0b1010));
  }

  @Test
  void appendsWhatFits() {
    check(MutationType.APPEND_IF_FITS, of(1), of(2, 3), of(1, 2, 3));
    check(MutationType.APPEND_IF_FITS, null, of(2), of(2));
    check(MutationType.APPEND_IF_FITS, of(1), EMPTY, of(1));
    Bytes large = Bytes.wrap(new byte[Limits.VALUE_BYTES_MAX - 1]);
    assertThat(AtomicOps.apply(MutationType.APPEND_IF_FITS, large, of(1)).length())
        .isEqualTo(Limits.VALUE_BYTES_MAX);
    check(MutationType.APPEND_IF_FITS, large, of(1, 2), large);
  }

  @Test
  void comparesNumbersLittleEndianInTheOperandsLength() {
    check(MutationType.MAX, of(0, 1), of(0xff, 0), of(0, 1));
    check(MutationType.MAX, of(0xff, 0), of(0, 1), of(0, 1));
    check(MutationType.MAX, of(5), of(4, 0), of(5, 0));
    check(MutationType.MAX, of(5, 9), of(4), of(5));
    check(MutationType.MAX, of(3, 9), of(4), of(4));
    check(MutationType.MAX, null, of(0, 0), of(0, 0));
    check(MutationType.MAX, of(0x80), of(0x7f), of(0x80));
    check(MutationType.MIN, of(0, 1), of(0xff, 0), of(0xff, 0));
    check(MutationType.MIN, of(5), of(4, 0), of(4, 0));
    check(MutationType.MIN, of(3, 9), of(4), of(3));
    check(MutationType.MIN, of(3), of(4, 0), of(3, 0));
    check(MutationType.MIN, null, of(9), of(9));
    check(MutationType.MIN, EMPTY, of(9), of(0));
    check(MutationType.MIN, of(0x80), of(0x7f), of(0x7f));
  }

  @Test
  void comparesBytesAsKeysAre() {
    check(MutationType.BYTE_MIN, of(2), of(1, 1), of(1, 1));
    check(MutationType.BYTE_MIN, of(1), of(1, 1), of(1));
    check(MutationType.BYTE_MIN, of(0xff), of(1), of(1));
    check(MutationType.BYTE_MIN, null, of(9), of(9));
    check(MutationType.BYTE_MAX, of(2), of(1, 1), of(2));
    check(MutationType.BYTE_MAX, of(1), of(1, 1), of(1, 1));
    check(MutationType.BYTE_MAX, of(0x7f), of(0x80), of(0x80));
    check(MutationType.BYTE_MAX, null, EMPTY, EMPTY);
  }

  @Test
  void clearsWhatIsEqual() {
    check(MutationType.COMPARE_AND_CLEAR, of(1, 2), of(1, 2), null);
    check(MutationType.COMPARE_AND_CLEAR, of(1, 2), of(1), of(1, 2));
    check(MutationType.COMPARE_AND_CLEAR, null, of(1), null);
    check(MutationType.COMPARE_AND_CLEAR, EMPTY, EMPTY, null);
  }

  @Test
  void coversExactlyTheTypesThatAreAtomicOperations() {
    for (MutationType type : MutationType.values()) {
      if (type.isAtomicOperation()) {
        AtomicOps.apply(type, of(1), of(1));
      } else {
        assertThatThrownBy(() -> AtomicOps.apply(type, of(1), of(1)))
            .isInstanceOf(CheckFailedException.class);
      }
    }
  }

  @Test
  void changesNeitherOperandNorExistingValue() {
    for (MutationType type : MutationType.values()) {
      if (type.isAtomicOperation()) {
        for (Bytes existing : List.of(of(9, 0xff, 3), of(1), EMPTY)) {
          Bytes before = Bytes.copyOf(existing.toArray());
          Bytes operand = of(9, 0xff);
          AtomicOps.apply(type, existing, operand);
          assertThat(existing).isEqualTo(before);
          assertThat(operand).isEqualTo(of(9, 0xff));
        }
      }
    }
  }
}
