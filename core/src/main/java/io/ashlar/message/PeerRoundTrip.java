package io.ashlar.message;

/**
 * How a role has been answered, lately, by those it works with in another process.
 *
 * @param process where they are
 * @param nanos how long a message there and its answer take; {@link #UNREACHABLE} when none has
 *     come for some time
 */
public record PeerRoundTrip(String process, long nanos) {
  public static final long UNREACHABLE = -1;

  public boolean isUnreachable() {
    return nanos == UNREACHABLE;
  }
}
