package io.ashlar.message;

/**
 * The transaction is durable at (version, batch index), which is also its versionstamp.
 *
 * @param batchIndex 0 to 65,534
 */
public record TransactionCommitted(long version, int batchIndex) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.TRANSACTION_COMMITTED;
  }
}
