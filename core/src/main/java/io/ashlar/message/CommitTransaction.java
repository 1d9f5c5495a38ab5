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
 * @param id of {@link io.ashlar.core.IdempotencyIds}, or empty for none
 */
public record CommitTransaction(
    long readVersion, Bytes readConflicts, Bytes writeConflicts, Bytes mutations, Bytes id)
    implements Message {
  /** Without an id. */
  public CommitTransaction(
      long readVersion, Bytes readConflicts, Bytes writeConflicts, Bytes mutations) {
    this(readVersion, readConflicts, writeConflicts, mutations, Bytes.EMPTY);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.COMMIT_TRANSACTION;
  }
}
