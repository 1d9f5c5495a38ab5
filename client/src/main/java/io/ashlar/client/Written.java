package io.ashlar.client;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.MutationType;
import java.util.ArrayDeque;

/**
 * What a transaction did to one key: either the value is known from the writes alone, or it is a
 * stack of atomic operations over whatever the database holds. Immutable.
 */
final class Written {
  private static final Written CLEARED = new Written(true, null, null, null, null);

  private final boolean independent;
  private final Bytes value;
  private final Written below;
  private final MutationType type;
  private final Bytes operand;

  private Written(
      boolean independent, Bytes value, Written below, MutationType type, Bytes operand) {
    this.independent = independent;
    this.value = value;
    this.below = below;
    this.type = type;
    this.operand = operand;
  }

  /** The key has {@code value}, or is absent when it is null. */
  static Written known(Bytes value) {
    return value == null ? CLEARED : new Written(true, value, null, null, null);
  }

  /** An atomic operation over what the database holds. */
  static Written over(MutationType type, Bytes operand) {
    return new Written(false, null, null, type, operand);
  }

  /** Whether the value does not depend on what the database holds. */
  boolean isIndependent() {
    return independent;
  }

  /** This, and then an atomic operation. */
  Written then(MutationType nextType, Bytes nextOperand) {
    if (independent) {
      return known(AtomicOps.apply(nextType, value, nextOperand));
    }
    if (nextType == type && joins(nextOperand)) {
      Bytes joined = AtomicOps.apply(type, operand, nextOperand);
      return new Written(false, null, below, type, joined);
    }
    return new Written(false, null, this, nextType, nextOperand);
  }

  /**
   * Whether two operations of this type are one with a combined operand: so a counter that is added
   * to many times stays one entry. Lengths must agree since they decide that of the result.
   */
  private boolean joins(Bytes nextOperand) {
    return switch (type) {
      case ADD, BIT_AND, BIT_OR, BIT_XOR, MAX, MIN -> operand.length() == nextOperand.length();
      case BYTE_MIN, BYTE_MAX -> true;
      default -> false;
    };
  }

  /**
   * The value, null for absent.
   *
   * @param base what the database holds, null for absent; not looked at when independent
   */
  Bytes evaluate(Bytes base) {
    if (independent) {
      return value;
    }
    ArrayDeque<Written> oldestFirst = new ArrayDeque<>();
    for (Written level = this; level != null; level = level.below) {
      Check.that(!level.independent, "an independent write under atomic operations of ", type);
      oldestFirst.push(level);
    }
    Bytes result = base;
    for (Written level : oldestFirst) {
      result = AtomicOps.apply(level.type, result, level.operand);
    }
    return result;
  }
}
