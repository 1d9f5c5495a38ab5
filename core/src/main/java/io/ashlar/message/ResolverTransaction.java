package io.ashlar.message;

import io.ashlar.core.Bytes;

/**
 * The part of a transaction a resolver needs: conflict ranges cut to its share.
 *
 * @param index in the batch
 * @param readConflicts as {@link io.ashlar.core.KeyRanges} encodes them
 * @param writeConflicts likewise
 * @param metadataMutations as {@link io.ashlar.core.Mutations} encodes them, empty for transactions
 *     that change no metadata; the others go whole to every resolver
 */
public record ResolverTransaction(
    int index,
    long readVersion,
    Bytes readConflicts,
    Bytes writeConflicts,
    Bytes metadataMutations) {}
