package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** The operations on numbers against big integers. */
final class AtomicOpsPropertyTest {
  private static BigInteger number(Bytes littleEndian, int length) {
    byte[] bigEndian = new byte[length];
    for (int i = 0; i < length && i < littleEndian.length(); i++) {
      bigEndian[length - 1 - i] = (byte) littleEndian.at(i);
    }
    return new BigInteger(1, bigEndian);
  }

  private static void check(MutationType type, Bytes existing, Bytes operand, BigInteger expected) {
    Bytes result = AtomicOps.apply(type, existing, operand);
    assertThat(result.length()).isEqualTo(operand.length());
    assertThat(number(result, result.length())).isEqualTo(expected);
  }

  @Property(tries = 1_000, seed = "101")
  void agreesWithBigIntegers(
      @ForAll @Size(max = 9) byte[] existing, @ForAll @Size(max = 9) byte[] operand) {
    Bytes value = Bytes.copyOf(existing);
    Bytes parameter = Bytes.copyOf(operand);
    int length = operand.length;
    BigInteger a = number(value, length);
    BigInteger b = number(parameter, length);
    BigInteger modulus = BigInteger.ONE.shiftLeft(8 * length);
    check(MutationType.ADD, value, parameter, a.add(b).mod(modulus));
    check(MutationType.BIT_AND, value, parameter, a.and(b));
    check(MutationType.BIT_OR, value, parameter, a.or(b));
    check(MutationType.BIT_XOR, value, parameter, a.xor(b));
    check(MutationType.MAX, value, parameter, a.max(b));
    check(MutationType.MIN, value, parameter, a.min(b));
  }
}
