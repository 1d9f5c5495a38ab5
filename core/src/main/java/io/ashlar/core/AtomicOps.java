package io.ashlar.core;

import java.util.Arrays;

/**
 * The atomic operations as pure functions of the value that is there and the operand. The storage
 * servers evaluate them in version order; the client evaluates the same code for reads of its own
 * writes. Numbers are little endian and unsigned.
 */
public final class AtomicOps {
  private AtomicOps() {}

  /**
   * The value after the operation, or null when the key is absent afterwards.
   *
   * @param existing the value before, or null when absent
   */
  public static Bytes apply(MutationType type, Bytes existing, Bytes operand) {
    return switch (type) {
      case ADD -> add(existing, operand);
      case BIT_AND -> existing == null ? operand : and(existing, operand);
      case BIT_OR -> or(existing, operand);
      case BIT_XOR -> xor(existing, operand);
      case APPEND_IF_FITS -> appendIfFits(existing, operand);
      case MAX -> max(existing, operand);
      case MIN -> existing == null ? operand : min(existing, operand);
      case BYTE_MIN -> existing == null || operand.compareTo(existing) < 0 ? operand : existing;
      case BYTE_MAX -> existing == null || operand.compareTo(existing) > 0 ? operand : existing;
      case COMPARE_AND_CLEAR -> operand.equals(existing) ? null : existing;
      default -> throw Check.unreachable("not an atomic operation: ", type);
    };
  }

  /** The existing value zero-extended or cut to the operand's length. */
  private static byte[] fit(Bytes existing, int length) {
    return existing == null ? new byte[length] : Arrays.copyOf(existing.unsafeArray(), length);
  }

  private static Bytes add(Bytes existing, Bytes operand) {
    byte[] sum = fit(existing, operand.length());
    int carry = 0;
    for (int i = 0; i < sum.length; i++) {
      int digit = (sum[i] & 0xff) + operand.at(i) + carry;
      sum[i] = (byte) digit;
      carry = digit >> 8;
    }
    return Bytes.wrap(sum);
  }

  private static Bytes and(Bytes existing, Bytes operand) {
    byte[] result = fit(existing, operand.length());
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (result[i] & operand.at(i));
    }
    return Bytes.wrap(result);
  }

  private static Bytes or(Bytes existing, Bytes operand) {
    byte[] result = fit(existing, operand.length());
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (result[i] | operand.at(i));
    }
    return Bytes.wrap(result);
  }

  private static Bytes xor(Bytes existing, Bytes operand) {
    byte[] result = fit(existing, operand.length());
    for (int i = 0; i < result.length; i++) {
      result[i] = (byte) (result[i] ^ operand.at(i));
    }
    return Bytes.wrap(result);
  }

  private static Bytes appendIfFits(Bytes existing, Bytes operand) {
    if (existing == null) {
      return operand;
    }
    return existing.length() + operand.length() > Limits.VALUE_BYTES_MAX
        ? existing
        : existing.concat(operand);
  }

  /** Compares equally long little-endian unsigned numbers. */
  private static int compareNumbers(byte[] left, Bytes right) {
    for (int i = left.length - 1; i >= 0; i--) {
      int difference = (left[i] & 0xff) - right.at(i);
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static Bytes max(Bytes existing, Bytes operand) {
    byte[] fitted = fit(existing, operand.length());
    return compareNumbers(fitted, operand) > 0 ? Bytes.wrap(fitted) : operand;
  }

  private static Bytes min(Bytes existing, Bytes operand) {
    byte[] fitted = fit(existing, operand.length());
    return compareNumbers(fitted, operand) < 0 ? Bytes.wrap(fitted) : operand;
  }
}
