package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A coordinator whose register has promised nothing yet asks another one of its set whether that is
 * so for it too. Answer: {@link SetFounders}, once what it says is durable. Repeatable.
 *
 * @param setId of the set of coordinators that is meant
 */
public record FoundSet(Uid setId) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.FOUND_SET;
  }
}
