package io.ashlar.server.bench;

import io.ashlar.core.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How large records are, and which they are. Key number i is the same bytes in every process, and
 * keys next to each other in number are far apart in order; values are random bytes, so that
 * nothing gains by compressing them.
 *
 * @param keyBytes at least 16
 * @param valueBytes at least 8
 */
record RecordShape(String name, int keyBytes, int valueBytes) {
  /** What a service's records look like. */
  static final RecordShape DEFAULT = new RecordShape("default", 100, 1_000);

  /** What published figures of key-value stores are often measured with. */
  static final RecordShape SMALL = new RecordShape("small", 16, 100);

  byte[] key(long number) {
    // Multiplying by an odd number permutes the 64-bit numbers: no two keys are equal.
    String digits = String.format(java.util.Locale.ROOT, "%016x", number * 0x9E3779B97F4A7C15L);
    byte[] key = Arrays.copyOf(digits.getBytes(StandardCharsets.US_ASCII), keyBytes);
    Arrays.fill(key, 16, keyBytes, (byte) 'k');
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

  @Override
  public String toString() {
    return keyBytes + " B keys, " + valueBytes + " B values";
  }
}
