package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.MutationType;
import java.math.BigInteger;
import java.util.function.BinaryOperator;

/**
 * What the atomic operations are said to do. Numbers are computed as numbers, so that nothing of
 * the store's own way is repeated here.
 */
public final class AtomicModel {
  /** The longest value: what is appended beyond it changes nothing. */
  private static final int VALUE_BYTES_MAX = 100_000;

  private AtomicModel() {}

  /**
   * The value after an operation on one key; null for absent.
   *
   * @param before null for absent
   */
  public static Bytes apply(MutationType type, Bytes before, Bytes operand) {
    return switch (type) {
      case SET -> operand;
      case ADD -> computed(before, operand, BigInteger::add);
      case BIT_AND -> before == null ? operand : computed(before, operand, BigInteger::and);
      case BIT_OR -> computed(before, operand, BigInteger::or);
      case BIT_XOR -> computed(before, operand, BigInteger::xor);
      case MAX -> computed(before, operand, BigInteger::max);
      case MIN -> before == null ? operand : computed(before, operand, BigInteger::min);
      case BYTE_MIN -> before == null || before.compareTo(operand) > 0 ? operand : before;
      case BYTE_MAX -> before == null || before.compareTo(operand) < 0 ? operand : before;
      case APPEND_IF_FITS -> appended(before, operand);
      case COMPARE_AND_CLEAR -> before != null && before.equals(operand) ? null : before;
      default -> throw new IllegalArgumentException("not part of the model: " + type);
    };
  }

  private static Bytes appended(Bytes before, Bytes operand) {
    Bytes head = before == null ? Bytes.EMPTY : before;
    return head.length() + operand.length() > VALUE_BYTES_MAX ? head : head.concat(operand);
  }

  /** The result as long as the operand, whatever does not fit into it lost. */
  private static Bytes computed(Bytes before, Bytes operand, BinaryOperator<BigInteger> of) {
    int length = operand.length();
    Bytes known = before == null ? Bytes.EMPTY : before;
    BigInteger left = number(known.slice(0, Math.min(known.length(), length)));
    BigInteger result = of.apply(left, number(operand));
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = result.shiftRight(8 * i).byteValue();
    }
    return Bytes.wrap(bytes);
  }

  private static BigInteger number(Bytes littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length()];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = (byte) littleEndian.at(bigEndian.length - 1 - i);
    }
    return new BigInteger(1, bigEndian);
  }
}
