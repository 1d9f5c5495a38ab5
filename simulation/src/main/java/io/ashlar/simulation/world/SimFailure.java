package io.ashlar.simulation.world;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A throwable out of a role or a program: a bug, whoever made it.
 *
 * @param process the process it came from, or {@code world}
 * @param role the role, or empty
 * @param virtualNanos when
 * @param cause what was thrown
 */
public record SimFailure(String process, String role, long virtualNanos, Throwable cause) {
  private static final int FRAMES_MAX = 3;

  @Override
  public String toString() {
    return process + " " + role + " at " + virtualNanos / 1e9 + " s: " + cause + where();
  }

  /** What the virtual machine throws by itself says little; who called says more. */
  private String where() {
    if (cause instanceof IllegalStateException) {
      return "";
    }
    return Arrays.stream(cause.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("io.ashlar."))
        .limit(FRAMES_MAX)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" from ", ", at ", ""));
  }
}
