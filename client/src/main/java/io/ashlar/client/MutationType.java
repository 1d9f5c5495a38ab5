package io.ashlar.client;

/**
 * The atomic operations. Numbers are little endian and unsigned; {@link #ADD} wraps around, so that
 * two's complement works too.
 *
 * <p>For {@link #ADD}, {@link #BIT_AND}, {@link #BIT_OR}, {@link #BIT_XOR}, {@link #MAX} and {@link
 * #MIN} the value that is there is first cut, or padded with zeros at its end, to the length of the
 * operand, and the result has that length: what a longer value has behind it is lost. The others
 * look at the value as it is.
 */
public enum MutationType {
  /** Adds; an absent value counts as zero. */
  ADD(io.ashlar.core.MutationType.ADD),
  /** Bitwise and; an absent value becomes the operand. */
  BIT_AND(io.ashlar.core.MutationType.BIT_AND),
  /** Bitwise or; an absent value counts as zeros. */
  BIT_OR(io.ashlar.core.MutationType.BIT_OR),
  /** Bitwise exclusive or; an absent value counts as zeros. */
  BIT_XOR(io.ashlar.core.MutationType.BIT_XOR),
  /**
   * Appends, unless the result would exceed the limit of values: then the value stays as it is. An
   * absent value counts as an empty one.
   */
  APPEND_IF_FITS(io.ashlar.core.MutationType.APPEND_IF_FITS),
  /** The larger number; an absent value counts as zero. */
  MAX(io.ashlar.core.MutationType.MAX),
  /** The smaller number; an absent value becomes the operand. */
  MIN(io.ashlar.core.MutationType.MIN),
  /**
   * Sets a key that holds the commit's versionstamp. The key has ten bytes for it anywhere and ends
   * with their position, four bytes little endian, which is cut off.
   */
  SET_VERSIONSTAMPED_KEY(io.ashlar.core.MutationType.SET_VERSIONSTAMPED_KEY),
  /** Sets a value that holds the commit's versionstamp, with the position at the value's end. */
  SET_VERSIONSTAMPED_VALUE(io.ashlar.core.MutationType.SET_VERSIONSTAMPED_VALUE),
  /** The smaller string of bytes; an absent value becomes the operand. */
  BYTE_MIN(io.ashlar.core.MutationType.BYTE_MIN),
  /** The larger string of bytes; an absent value becomes the operand. */
  BYTE_MAX(io.ashlar.core.MutationType.BYTE_MAX),
  /** Removes the key if its value equals the operand; nothing to an absent one. */
  COMPARE_AND_CLEAR(io.ashlar.core.MutationType.COMPARE_AND_CLEAR);

  private final io.ashlar.core.MutationType core;

  MutationType(io.ashlar.core.MutationType core) {
    this.core = core;
  }

  /** The stable number, as FoundationDB's. */
  public int code() {
    return core.code();
  }

  io.ashlar.core.MutationType toCore() {
    return core;
  }
}
