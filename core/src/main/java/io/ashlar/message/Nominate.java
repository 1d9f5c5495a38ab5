package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Long poll of a candidate to a coordinator: it would lead. Answered with {@link Nominee} as soon
 * as the nominee differs from the one known, or after a while with the present one. Who does not
 * ask again is no candidate any more. Repeatable.
 *
 * @param knownChangeId of the nominee that the candidate was told last by this coordinator, {@link
 *     Uid#NONE} for none
 */
public record Nominate(Uid setId, Candidate candidate, Uid knownChangeId) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.NOMINATE;
  }
}
