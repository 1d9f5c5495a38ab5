package io.ashlar.message;

/**
 * The answer to {@link RegisterWorker}.
 *
 * @param epoch the epoch the controller knows, 0 before the first
 */
public record WorkerRegistered(long epoch) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.WORKER_REGISTERED;
  }
}
