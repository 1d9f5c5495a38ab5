package io.ashlar.simulation.world;

/**
 * A throwable out of a role or a program: a bug, whoever made it.
 *
 * @param process the process it came from, or {@code world}
 * @param role the role, or empty
 * @param virtualNanos when
 * @param cause what was thrown
 */
public record SimFailure(String process, String role, long virtualNanos, Throwable cause) {
  @Override
  public String toString() {
    return process + " " + role + " at " + virtualNanos / 1e9 + " s: " + cause;
  }
}
