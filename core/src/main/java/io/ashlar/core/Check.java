package io.ashlar.core;

/**
 * Assertions that are always on. A failure is a broken invariant of the program, never a bad input:
 * it stops the worker it happens in.
 */
public final class Check {
  private Check() {}

  /** Fails with the message parts joined, unless {@code condition} holds. */
  public static void that(boolean condition, String message) {
    if (!condition) {
      throw new CheckFailedException(message);
    }
  }

  public static void that(boolean condition, String message, long value) {
    if (!condition) {
      throw new CheckFailedException(message + value);
    }
  }

  public static void that(boolean condition, String message, long first, String then, long second) {
    if (!condition) {
      throw new CheckFailedException(message + first + then + second);
    }
  }

  public static void that(boolean condition, String message, Object value) {
    if (!condition) {
      throw new CheckFailedException(message + value);
    }
  }

  /** For the branch that cannot be reached; the result is thrown by the caller. */
  public static CheckFailedException unreachable(String message, Object value) {
    return new CheckFailedException(message + value);
  }
}
