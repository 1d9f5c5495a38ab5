package io.ashlar.message;

import io.ashlar.core.Bytes;

/**
 * A transaction, to a commit proxy. Sent once. Answer: {@link TransactionCommitted}, or {@link
 * Refused} when it was not committed.
 *
 * @param readVersion of its reads
 * @param readConflicts as {@link io.ashlar.core.KeyRanges} encodes them
 * @param writeConflicts likewise
 * @param mutations as {@link io.ashlar.core.Mutations} encodes them
 */
public record CommitTransaction(
    long readVersion, Bytes readConflicts, Bytes writeConflicts, Bytes mutations)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.COMMIT_TRANSACTION;
  }
}
