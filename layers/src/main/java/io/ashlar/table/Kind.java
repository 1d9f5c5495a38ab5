package io.ashlar.table;

import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;

/**
 * What an element of a tuple is. Tuples order elements by kind before they order them by value, so
 * that 5 and 5.0 are two different values to an index.
 */
enum Kind {
  BYTES(1, "bytes"),
  TEXT(2, "text"),
  TUPLE(4, "tuples"),
  INTEGER(8, "integers"),
  FLOAT(16, "floats"),
  DOUBLE(32, "doubles"),
  BOOLEAN(64, "booleans"),
  UUID(128, "uuids"),
  VERSIONSTAMP(256, "versionstamps");

  /** Those that could stand for the same number. */
  static final int NUMBERS = INTEGER.bit | FLOAT.bit | DOUBLE.bit;

  /** One of its own, kept in tables. */
  final int bit;

  /** Several of them, for people. */
  final String label;

  Kind(int bit, String label) {
    this.bit = bit;
    this.label = label;
  }

  boolean isNumber() {
    return (bit & NUMBERS) != 0;
  }

  /** The kind of an element that is not null. */
  static Kind of(Object element) {
    if (element instanceof String) {
      return TEXT;
    } else if (element instanceof Double) {
      return DOUBLE;
    } else if (element instanceof Float) {
      return FLOAT;
    } else if (element instanceof Number) {
      return INTEGER;
    } else if (element instanceof Boolean) {
      return BOOLEAN;
    } else if (element instanceof byte[]) {
      return BYTES;
    } else if (element instanceof UUID) {
      return UUID;
    } else if (element instanceof Versionstamp) {
      return VERSIONSTAMP;
    } else if (element instanceof Tuple || element instanceof List<?>) {
      return TUPLE;
    }
    throw new IllegalArgumentException("tuples hold no " + element.getClass().getName());
  }

  /** The same number as an element of this kind, or null when there is none. */
  Object exactly(Object number) {
    return switch (this) {
      case INTEGER -> integer(((Number) number).doubleValue());
      case DOUBLE -> asDouble(number);
      case FLOAT -> {
        Double same = asDouble(number);
        yield same != null && Double.compare(same.floatValue(), same) == 0
            ? same.floatValue()
            : null;
      }
      default -> throw new IllegalArgumentException(label + " are no numbers");
    };
  }

  private static BigInteger integer(double number) {
    boolean isWhole = !Double.isInfinite(number) && Math.rint(number) == number;
    return isWhole ? new BigDecimal(number).toBigInteger() : null;
  }

  /** Floats are doubles already; of integers it is the nearest one that must be the same. */
  private static Double asDouble(Object number) {
    double nearest = ((Number) number).doubleValue();
    if (number instanceof Float || number instanceof Double) {
      return nearest;
    }
    BigInteger back = integer(nearest);
    return back != null && back.toString().equals(number.toString()) ? nearest : null;
  }
}
