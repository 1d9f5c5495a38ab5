package io.ashlar.message;

import io.ashlar.core.Uid;

/** The role runs. */
public record Recruited(Uid roleId) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.RECRUITED;
  }
}
