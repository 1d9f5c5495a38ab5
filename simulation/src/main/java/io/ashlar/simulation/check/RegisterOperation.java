package io.ashlar.simulation.check;

/**
 * One use of a register, as its client saw it.
 *
 * @param id for people
 * @param register which of several, each of which is checked by itself
 * @param expected what was found there; of no meaning for a write
 * @param value what was put there; of no meaning for reads
 * @param begunAt the moment before anything of it was asked for, on a counter that orders moments
 *     of all clients
 * @param endedAt the moment at which it had taken effect, if it ever did; {@link #ENDLESS} when
 *     that is open
 * @param certain whether it took effect; one that is not certain did so between the two moments, or
 *     never
 */
public record RegisterOperation(
    long id,
    int register,
    Kind kind,
    long expected,
    long value,
    long begunAt,
    long endedAt,
    boolean certain) {
  /** What was done. */
  public enum Kind {
    /** Found the expected value. */
    READ,
    /** Found another value than the expected one. */
    READ_OTHER,
    WRITE,
    /** Found the expected value and put another in its place. */
    COMPARE_AND_SET
  }

  /** The value of a register that nobody has written. */
  public static final long ABSENT = Long.MIN_VALUE;

  /** As a moment: never heard of. */
  public static final long ENDLESS = Long.MAX_VALUE;

  /** A read that gave {@code found}. */
  public static RegisterOperation read(
      long id, int register, long found, long begunAt, long endedAt) {
    return new RegisterOperation(id, register, Kind.READ, found, 0, begunAt, endedAt, true);
  }

  /** A comparison that failed, without telling what there was in place of {@code expected}. */
  public static RegisterOperation readOther(
      long id, int register, long expected, long begunAt, long endedAt) {
    return new RegisterOperation(
        id, register, Kind.READ_OTHER, expected, 0, begunAt, endedAt, true);
  }

  public static RegisterOperation write(
      long id, int register, long value, long begunAt, long endedAt, boolean certain) {
    return new RegisterOperation(id, register, Kind.WRITE, 0, value, begunAt, endedAt, certain);
  }

  public static RegisterOperation compareAndSet(
      long id,
      int register,
      long expected,
      long value,
      long begunAt,
      long endedAt,
      boolean certain) {
    return new RegisterOperation(
        id, register, Kind.COMPARE_AND_SET, expected, value, begunAt, endedAt, certain);
  }

  boolean reads() {
    return kind == Kind.READ || kind == Kind.READ_OTHER;
  }

  /** Whether it needs the expected value to be there. */
  boolean observes() {
    return kind == Kind.READ || kind == Kind.COMPARE_AND_SET;
  }

  /** Whether it may take effect on a register that has {@code present}. */
  boolean fits(long present) {
    return switch (kind) {
      case READ, COMPARE_AND_SET -> present == expected;
      case READ_OTHER -> present != expected;
      case WRITE -> true;
    };
  }

  RegisterOperation certainUntil(long moment) {
    return new RegisterOperation(id, register, kind, expected, value, begunAt, moment, true);
  }

  /** Whether another does the same, neither of them certain nor with an end. */
  boolean isInterchangeableWith(RegisterOperation other) {
    return kind == other.kind
        && expected == other.expected
        && value == other.value
        && !certain
        && !other.certain
        && endedAt == ENDLESS
        && other.endedAt == ENDLESS;
  }

  @Override
  public String toString() {
    String what =
        switch (kind) {
          case READ -> "read of " + text(expected);
          case READ_OTHER -> "read of something else than " + text(expected);
          case WRITE -> "write of " + text(value);
          case COMPARE_AND_SET -> "change from " + text(expected) + " to " + text(value);
        };
    return (certain ? "" : "perhaps ")
        + what
        + " (operation "
        + id
        + ", moments "
        + begunAt
        + " to "
        + (endedAt == ENDLESS ? "?" : Long.toString(endedAt))
        + ")";
  }

  static String text(long value) {
    return value == ABSENT ? "nothing" : Long.toString(value);
  }
}
