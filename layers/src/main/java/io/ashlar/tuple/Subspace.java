package io.ashlar.tuple;

import io.ashlar.client.Range;
import io.ashlar.core.Bytes;
import java.util.Arrays;

/**
 * A part of the key space: all keys with a prefix, below which tuples are packed. Immutable,
 * thread-safe.
 */
public final class Subspace {
  private static final byte[] NO_PREFIX = new byte[0];

  private final byte[] prefix;

  /** The whole key space. */
  public Subspace() {
    this(new Tuple(), NO_PREFIX);
  }

  /** Below a tuple. */
  public Subspace(Tuple prefix) {
    this(prefix, NO_PREFIX);
  }

  /** Below raw bytes. */
  public Subspace(byte[] rawPrefix) {
    this(new Tuple(), rawPrefix);
  }

  /** Below raw bytes and then a tuple. */
  public Subspace(Tuple prefix, byte[] rawPrefix) {
    this.prefix = prefix.pack(rawPrefix);
  }

  /** The subspace below one more element. */
  public Subspace get(Object element) {
    return get(Tuple.from(element));
  }

  /** The subspace below a tuple. */
  public Subspace get(Tuple name) {
    return subspace(name);
  }

  /** The subspace below a tuple. */
  public Subspace subspace(Tuple name) {
    return new Subspace(name, prefix);
  }

  /** The prefix. */
  public byte[] getKey() {
    return prefix.clone();
  }

  /** The key of the subspace itself: the prefix. */
  public byte[] pack() {
    return prefix.clone();
  }

  /** The key of one element. */
  public byte[] pack(Object element) {
    return pack(Tuple.from(element));
  }

  /** The key of a tuple. */
  public byte[] pack(Tuple tuple) {
    return tuple.pack(prefix);
  }

  /** As {@link Tuple#packWithVersionstamp(byte[])} with the prefix. */
  public byte[] packWithVersionstamp(Tuple tuple) {
    return tuple.packWithVersionstamp(prefix);
  }

  /**
   * The tuple of a key.
   *
   * @throws IllegalArgumentException when the key is not of this subspace, or no tuple
   */
  public Tuple unpack(byte[] key) {
    if (!contains(key)) {
      throw new IllegalArgumentException(
          "the key " + Bytes.copyOf(key).printable(60) + " is not in " + this);
    }
    return Tuple.fromBytes(key, prefix.length, key.length - prefix.length);
  }

  /** Whether a key begins with the prefix; what follows need not be a tuple. */
  public boolean contains(byte[] key) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** All keys of tuples with at least one element. */
  public Range range() {
    return range(new Tuple());
  }

  /** All keys of tuples that begin with {@code tuple} and have more elements. */
  public Range range(Tuple tuple) {
    return tuple.range(prefix);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subspace subspace && Arrays.equals(prefix, subspace.prefix);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(prefix);
  }

  @Override
  public String toString() {
    return "Subspace(" + Bytes.copyOf(prefix) + ")";
  }
}
