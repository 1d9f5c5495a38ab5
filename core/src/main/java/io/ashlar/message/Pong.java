package io.ashlar.message;

/** The answer to {@link Ping}. */
public record Pong() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.PONG;
  }
}
