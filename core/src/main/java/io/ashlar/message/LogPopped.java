package io.ashlar.message;

/** The answer to {@link PopLog}. */
public record LogPopped() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LOG_POPPED;
  }
}
