package io.ashlar.tuple;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Encodes elements one after the other. Not thread-safe. */
final class TupleWriter {
  private static final int INTEGER_BYTES_MAX = 255;

  private final ByteWriter bytes;
  private int stampPosition = -1;
  private int stamps;

  TupleWriter(byte[] prefix) {
    bytes = new ByteWriter(prefix.length + 64);
    bytes.putRaw(prefix, 0, prefix.length);
  }

  /** Incomplete versionstamps written so far. */
  int incompleteStamps() {
    return stamps;
  }

  /** Where the last incomplete versionstamp begins, prefix included; −1 for none. */
  int stampPosition() {
    return stampPosition;
  }

  int size() {
    return bytes.size();
  }

  Bytes toBytes() {
    return bytes.toBytes();
  }

  void putAll(List<?> elements) {
    for (Object element : elements) {
      put(element, false);
    }
  }

  private void put(Object element, boolean nested) {
    if (element == null) {
      bytes.putByte(TypeCodes.NULL);
      if (nested) {
        bytes.putByte(TypeCodes.ESCAPE);
      }
    } else if (element instanceof byte[] array) {
      bytes.putByte(TypeCodes.BYTES);
      putEscaped(array);
    } else if (element instanceof String text) {
      bytes.putByte(TypeCodes.STRING);
      putEscaped(utf8(text));
    } else if (element instanceof Number number) {
      putNumber(number);
    } else if (element instanceof Boolean flag) {
      bytes.putByte(flag ? TypeCodes.TRUE : TypeCodes.FALSE);
    } else if (element instanceof UUID uuid) {
      bytes.putByte(TypeCodes.UUID);
      bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    } else if (element instanceof Versionstamp stamp) {
      putVersionstamp(stamp);
    } else if (element instanceof Tuple tuple) {
      putNested(tuple.elements());
    } else if (element instanceof List<?> list) {
      putNested(list);
    } else {
      throw new IllegalArgumentException("a tuple cannot hold a " + element.getClass().getName());
    }
  }

  private void putNested(List<?> elements) {
    bytes.putByte(TypeCodes.NESTED);
    for (Object element : elements) {
      put(element, true);
    }
    bytes.putByte(TypeCodes.NULL);
  }

  private void putEscaped(byte[] content) {
    int from = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == 0) {
        bytes.putRaw(content, from, i + 1 - from);
        bytes.putByte(TypeCodes.ESCAPE);
        from = i + 1;
      }
    }
    bytes.putRaw(content, from, content.length - from);
    bytes.putByte(TypeCodes.NULL);
  }

  /** UTF-8; a surrogate without its partner has none, and would be replaced in silence. */
  private static byte[] utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean paired =
            Character.isHighSurrogate(unit)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw new IllegalArgumentException("a surrogate without its partner at index " + i);
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void putNumber(Number number) {
    if (number instanceof BigInteger big) {
      putBigInteger(big);
    } else if (number instanceof Float real) {
      int bits = Float.floatToRawIntBits(real);
      bytes.putByte(TypeCodes.FLOAT);
      bytes.putInt(bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE);
    } else if (number instanceof Double real) {
      long bits = Double.doubleToRawLongBits(real);
      bytes.putByte(TypeCodes.DOUBLE);
      bytes.putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
    } else if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte) {
      putLong(number.longValue());
    } else {
      throw new IllegalArgumentException("a tuple cannot hold a " + number.getClass().getName());
    }
  }

  private void putLong(long value) {
    long magnitude = Math.abs(value);
    // The smallest long is its own absolute value, which is right when read without a sign.
    int n = (Long.SIZE - Long.numberOfLeadingZeros(magnitude) + 7) / 8;
    bytes.putByte(value < 0 ? TypeCodes.ZERO - n : TypeCodes.ZERO + n);
    long digits = value < 0 ? ~magnitude : magnitude;
    for (int i = n - 1; i >= 0; i--) {
      bytes.putByte((int) (digits >>> (8 * i)));
    }
  }

  private void putBigInteger(BigInteger value) {
    if (value.bitLength() < Long.SIZE) {
      putLong(value.longValue());
      return;
    }
    boolean negative = value.signum() < 0;
    byte[] magnitude = value.abs().toByteArray();
    int from = magnitude[0] == 0 ? 1 : 0;
    int n = magnitude.length - from;
    if (n <= 8) {
      bytes.putByte(negative ? TypeCodes.ZERO - n : TypeCodes.ZERO + n);
    } else if (n <= INTEGER_BYTES_MAX) {
      bytes.putByte(negative ? TypeCodes.NEGATIVE_BIG : TypeCodes.POSITIVE_BIG);
      bytes.putByte(negative ? n ^ 0xff : n);
    } else {
      throw new IllegalArgumentException("an integer has at most 255 bytes, not " + n);
    }
    for (int i = from; i < magnitude.length; i++) {
      bytes.putByte(negative ? ~magnitude[i] : magnitude[i]);
    }
  }

  private void putVersionstamp(Versionstamp stamp) {
    bytes.putByte(TypeCodes.VERSIONSTAMP);
    if (!stamp.isComplete()) {
      stampPosition = bytes.size();
      stamps++;
    }
    bytes.putRaw(stamp.unsafeBytes(), 0, Versionstamp.LENGTH);
  }
}
