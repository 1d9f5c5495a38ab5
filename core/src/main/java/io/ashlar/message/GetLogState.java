package io.ashlar.message;

/** Asks a log server for {@link LogState}. */
public record GetLogState() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_LOG_STATE;
  }
}
