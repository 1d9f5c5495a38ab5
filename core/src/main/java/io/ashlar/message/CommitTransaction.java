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
 * @param commitVersionMax it is not committed at a version above this
 */
public record CommitTransaction(
    long readVersion,
    Bytes readConflicts,
    Bytes writeConflicts,
    Bytes mutations,
    Bytes id,
    long commitVersionMax)
    implements Message {
  /** As {@code commitVersionMax}: any version will do. */
  public static final long ANY_VERSION = Long.MAX_VALUE;

  /** One that may be committed at any version. */
  public CommitTransaction(
      long readVersion, Bytes readConflicts, Bytes writeConflicts, Bytes mutations, Bytes id) {
    this(readVersion, readConflicts, writeConflicts, mutations, id, ANY_VERSION);
  }

  /** One without an id, that may be committed at any version. */
  public CommitTransaction(
      long readVersion, Bytes readConflicts, Bytes writeConflicts, Bytes mutations) {
    this(readVersion, readConflicts, writeConflicts, mutations, Bytes.EMPTY);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.COMMIT_TRANSACTION;
  }
}
