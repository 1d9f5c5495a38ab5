package io.ashlar.message;

/**
 * A reader lets go of a tag's mutations. Repeatable. Answer: {@link LogPopped}.
 *
 * @param through everything at or below is durable in the reader
 */
public record PopLog(int tag, long through) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.POP_LOG;
  }
}
