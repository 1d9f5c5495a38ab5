package io.ashlar.message;

/** The answer to {@link PushLog}. */
public record LogPushed(long version) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LOG_PUSHED;
  }
}
