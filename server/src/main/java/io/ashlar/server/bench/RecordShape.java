package io.ashlar.server.bench;

import io.ashlar.core.SeededRandom;
import java.util.Arrays;
import java.util.Locale;

/**
 * How large records are, and which they are. Key number i is the same bytes in every process, and
 * keys next to each other in number are far apart in order; values are random bytes, so that
 * nothing gains by compressing them.
 */
enum RecordShape {
  /** What a service's records look like. */
  DEFAULT(100, 1_000),
  /** What published figures of key-value stores are often measured with. */
  SMALL(16, 100);

  private static final int DIGITS = 16;
  private static final byte[] HEXADECIMAL = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private final int keyBytes;
  private final int valueBytes;

  RecordShape(int keyBytes, int valueBytes) {
    this.keyBytes = keyBytes;
    this.valueBytes = valueBytes;
  }

  int keyBytes() {
    return keyBytes;
  }

  int valueBytes() {
    return valueBytes;
  }

  byte[] key(long number) {
    // Multiplying by an odd number permutes the 64-bit numbers: no two keys are equal.
    long scattered = number * 0x9E3779B97F4A7C15L;
    byte[] key = new byte[keyBytes];
    for (int i = 0; i < DIGITS; i++) {
      key[i] = HEXADECIMAL[(int) (scattered >>> 4 * (DIGITS - 1 - i)) & 15];
    }
    Arrays.fill(key, DIGITS, keyBytes, (byte) 'k');
    return key;
  }

  byte[] value(SeededRandom random) {
    byte[] value = new byte[valueBytes];
    random.nextBytes(value);
    return value;
  }

  long bytes() {
    return (long) keyBytes + valueBytes;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return keyBytes + " B keys, " + valueBytes + " B values";
  }
}
