package io.ashlar.proxy;

import io.ashlar.host.Inbound;
import io.ashlar.message.CommitTransaction;

/**
 * A transaction that passed admission, and whom to answer.
 *
 * @param arrivedNanos when it came
 * @param pushBytes at most what it adds to a push and to a request to a resolver
 * @param stamped whether it has versionstamped mutations
 * @param metadata whether a mutation touches the system's metadata
 * @param metadataBytes by how much it makes a copy of the metadata larger, at most
 */
record Submission(
    Inbound request,
    CommitTransaction transaction,
    long arrivedNanos,
    int pushBytes,
    boolean stamped,
    boolean metadata,
    long metadataBytes) {}
