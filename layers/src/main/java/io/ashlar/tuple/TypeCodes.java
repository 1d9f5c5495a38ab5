package io.ashlar.tuple;

/** The first byte of each element. Their order is the order between types. */
final class TypeCodes {
  static final int NULL = 0x00;
  static final int BYTES = 0x01;
  static final int STRING = 0x02;
  static final int NESTED = 0x05;

  /** A negative integer of nine or more bytes. */
  static final int NEGATIVE_BIG = 0x0b;

  /** Zero; n more for a positive integer of n bytes, n less for a negative one, n up to eight. */
  static final int ZERO = 0x14;

  static final int POSITIVE_BIG = 0x1d;
  static final int FLOAT = 0x20;
  static final int DOUBLE = 0x21;
  static final int FALSE = 0x26;
  static final int TRUE = 0x27;
  static final int UUID = 0x30;
  static final int VERSIONSTAMP = 0x33;

  /** After a zero byte inside bytes, strings and nested tuples: it does not end them. */
  static final int ESCAPE = 0xff;

  private TypeCodes() {}
}
