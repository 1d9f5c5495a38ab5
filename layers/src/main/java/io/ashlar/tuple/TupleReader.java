package io.ashlar.tuple;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** Decodes elements. Bytes that are no tuple end in {@link IllegalArgumentException} alone. */
final class TupleReader {
  /** Deeper nesting is refused: it would exhaust the stack. */
  private static final int DEPTH_MAX = 200;

  private final byte[] bytes;
  private final int end;
  private int position;

  TupleReader(byte[] bytes, int from, int length) {
    if (from < 0 || length < 0 || length > bytes.length - from) {
      throw new IllegalArgumentException(
          "no " + length + " bytes from " + from + " on in " + bytes.length);
    }
    this.bytes = bytes;
    this.position = from;
    this.end = from + length;
  }

  List<Object> readAll() {
    List<Object> elements = new ArrayList<>();
    while (position < end) {
      elements.add(read(readByte(), 0));
    }
    return elements;
  }

  private IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException("not a tuple: " + what + " at byte " + position);
  }

  private int readByte() {
    if (position >= end) {
      throw malformed("it ends too early");
    }
    return bytes[position++] & 0xff;
  }

  private byte[] readBytes(int count) {
    if (end - position < count) {
      throw malformed("it ends too early");
    }
    position += count;
    return Arrays.copyOfRange(bytes, position - count, position);
  }

  private Object read(int code, int depth) {
    if (code >= TypeCodes.ZERO - 8 && code <= TypeCodes.ZERO + 8) {
      return readInteger(code - TypeCodes.ZERO);
    }
    return switch (code) {
      case TypeCodes.NULL -> null;
      case TypeCodes.BYTES -> readEscaped();
      case TypeCodes.STRING -> readString();
      case TypeCodes.NESTED -> readNested(depth + 1);
      case TypeCodes.NEGATIVE_BIG -> readBig(readByte() ^ 0xff, true);
      case TypeCodes.POSITIVE_BIG -> readBig(readByte(), false);
      case TypeCodes.FLOAT -> {
        int ordered = ByteBuffer.wrap(readBytes(Float.BYTES)).getInt();
        yield Float.intBitsToFloat(ordered < 0 ? ordered ^ Integer.MIN_VALUE : ~ordered);
      }
      case TypeCodes.DOUBLE -> {
        long ordered = ByteBuffer.wrap(readBytes(Double.BYTES)).getLong();
        yield Double.longBitsToDouble(ordered < 0 ? ordered ^ Long.MIN_VALUE : ~ordered);
      }
      case TypeCodes.FALSE -> false;
      case TypeCodes.TRUE -> true;
      case TypeCodes.UUID -> {
        ByteBuffer halves = ByteBuffer.wrap(readBytes(2 * Long.BYTES));
        yield new UUID(halves.getLong(), halves.getLong());
      }
      case TypeCodes.VERSIONSTAMP -> Versionstamp.fromBytes(readBytes(Versionstamp.LENGTH));
      default -> throw malformed("no type has the code " + code);
    };
  }

  private List<Object> readNested(int depth) {
    if (depth > DEPTH_MAX) {
      throw malformed("tuples nested too deep");
    }
    List<Object> elements = new ArrayList<>();
    while (true) {
      int code = readByte();
      if (code != TypeCodes.NULL) {
        elements.add(read(code, depth));
      } else if (isEscape()) {
        position++;
        elements.add(null);
      } else {
        return Collections.unmodifiableList(elements);
      }
    }
  }

  private boolean isEscape() {
    return position < end && (bytes[position] & 0xff) == TypeCodes.ESCAPE;
  }

  private byte[] readEscaped() {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int from = position;
    while (true) {
      if (readByte() != 0) {
        continue;
      }
      if (!isEscape()) {
        content.write(bytes, from, position - 1 - from);
        return content.toByteArray();
      }
      content.write(bytes, from, position - from);
      position++;
      from = position;
    }
  }

  private String readString() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(readEscaped())).toString();
    } catch (CharacterCodingException e) {
      throw malformed("a string that is not UTF-8");
    }
  }

  /**
   * Reads an integer of up to eight bytes: a Long where it fits, else a BigInteger.
   *
   * @param size its bytes, negative for a negative one
   */
  private Number readInteger(int size) {
    boolean negative = size < 0;
    byte[] digits = readBytes(Math.abs(size));
    long value = 0;
    for (byte digit : digits) {
      value = value << 8 | (negative ? ~digit : digit) & 0xff;
    }
    if (value >= 0) {
      return negative ? -value : value;
    }
    if (negative && value == Long.MIN_VALUE) {
      return value;
    }
    return magnitude(digits, negative);
  }

  private Number readBig(int size, boolean negative) {
    BigInteger value = magnitude(readBytes(size), negative);
    // Written by another program in more bytes than it needs.
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private static BigInteger magnitude(byte[] digits, boolean negative) {
    if (!negative) {
      return new BigInteger(1, digits);
    }
    byte[] inverted = digits.clone();
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = (byte) ~inverted[i];
    }
    return new BigInteger(1, inverted).negate();
  }
}
