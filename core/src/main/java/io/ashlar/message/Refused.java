package io.ashlar.message;

import io.ashlar.core.ErrorCode;

/**
 * The definite "no" of a role, in place of the expected reply: a {@link io.ashlar.host.Failure} of
 * kind REFUSED.
 *
 * @param code why
 * @param detail for people; may be empty
 */
public record Refused(ErrorCode code, String detail) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.REFUSED;
  }
}
