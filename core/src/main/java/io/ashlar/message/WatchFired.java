package io.ashlar.message;

/**
 * The answer to {@link WatchValue}.
 *
 * @param version at which it differs
 */
public record WatchFired(long version) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.WATCH_FIRED;
  }
}
