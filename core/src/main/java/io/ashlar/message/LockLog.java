package io.ashlar.message;

/**
 * Recovery of a newer epoch locks the log server for ever. Answered with {@link LogLocked} once
 * everything it received in chain order is durable. Repeatable.
 *
 * @param epoch the new epoch
 */
public record LockLog(long epoch) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LOCK_LOG;
  }
}
