package io.ashlar.message;

/**
 * A version at least as large as every one acknowledged before it was asked for.
 *
 * @param storeTimeMillis the store time at that version
 */
public record ReadVersion(long version, long storeTimeMillis) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.READ_VERSION;
  }
}
