package io.ashlar.client;

import io.ashlar.core.Bytes;
import java.util.Arrays;

/** A row: a key and its value. */
public final class KeyValue {
  private final byte[] key;
  private final byte[] value;

  /** Takes both arrays as they are. */
  public KeyValue(byte[] key, byte[] value) {
    this.key = key;
    this.value = value;
  }

  /** The key; the array itself. */
  public byte[] getKey() {
    return key;
  }

  /** The value; the array itself. */
  public byte[] getValue() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyValue row
        && Arrays.equals(key, row.key)
        && Arrays.equals(value, row.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return Bytes.copyOf(key) + "=" + Bytes.copyOf(value).printable(100);
  }
}
