package io.ashlar.message;

/** Is the role at this endpoint still there? Every role answers with {@link Pong} at once. */
public record Ping() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.PING;
  }
}
