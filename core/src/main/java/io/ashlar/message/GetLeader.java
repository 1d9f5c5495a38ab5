package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Long poll of a server or client to a coordinator: who leads? Answered with {@link Nominee} as
 * soon as the nominee differs from the one known, or after a while with the present one.
 *
 * @param knownChangeId of the nominee that was told last by this coordinator, {@link Uid#NONE} for
 *     none
 */
public record GetLeader(Uid setId, Uid knownChangeId) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_LEADER;
  }
}
