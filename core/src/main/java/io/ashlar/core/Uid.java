package io.ashlar.core;

import java.util.random.RandomGenerator;

/** A 128-bit identifier, drawn from the host's random generator. */
public record Uid(long high, long low) implements Comparable<Uid> {
  /** No identifier. */
  public static final Uid NONE = new Uid(0, 0);

  public static Uid draw(RandomGenerator random) {
    return new Uid(random.nextLong(), random.nextLong() & Long.MAX_VALUE);
  }

  @Override
  public int compareTo(Uid other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** Thirty-two hexadecimal digits. */
  @Override
  public String toString() {
    return hex(high) + hex(low);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException when {@code text} is not 32 hexadecimal digits
   */
  public static Uid parse(String text) {
    if (text.length() != 32) {
      throw new IllegalArgumentException("not 32 hexadecimal digits: " + text);
    }
    try {
      return new Uid(
          Long.parseUnsignedLong(text.substring(0, 16), 16),
          Long.parseUnsignedLong(text.substring(16), 16));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not 32 hexadecimal digits: " + text, e);
    }
  }

  private static String hex(long half) {
    String digits = Long.toHexString(half);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
