package io.ashlar.message;

import io.ashlar.core.Bytes;

/**
 * Answered with {@link WatchFired} when the committed value of the key differs from the expected
 * one, at a version at or above the given one; refused with TIMED_OUT after 30 seconds, to be asked
 * again.
 *
 * @param version of the expectation
 * @param expected null for absent
 */
public record WatchValue(long version, Bytes key, Bytes expected) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.WATCH_VALUE;
  }
}
