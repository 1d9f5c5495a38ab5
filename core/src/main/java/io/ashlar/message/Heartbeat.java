package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * A nominee that a majority has nominated asks a coordinator for its lease. Answer: {@link
 * HeartbeatTaken}. Repeatable.
 */
public record Heartbeat(Uid setId, Candidate leader) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.HEARTBEAT;
  }
}
