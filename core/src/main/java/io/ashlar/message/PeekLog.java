package io.ashlar.message;

/**
 * Asks for a tag's mutations. Answered with {@link LogPeeked} as soon as something at or above
 * {@code from} was received (of this tag or not), or when the wait is over.
 *
 * @param from the first version wanted
 * @param bytesMax of entries, about; at least one version is given whole
 * @param waitNanos how long to wait for news; 0 to be answered at once
 */
public record PeekLog(int tag, long from, int bytesMax, long waitNanos) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.PEEK_LOG;
  }
}
