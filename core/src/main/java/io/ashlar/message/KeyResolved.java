package io.ashlar.message;

import io.ashlar.core.KeySelector;

/**
 * The answer to {@link GetKey}: a selector that is resolved when its offset is 1 and it is "or
 * equal" free (first greater or equal of an existing key), else where to go on beyond the shard.
 *
 * @param version the version read at
 * @param knownCommittedVersion as in {@link Values}
 * @param resolved whether {@code selector.key()} is the answer
 * @param selector what is left to resolve beyond the shard's begin (offset at most 0) or end
 *     (offset at least 1)
 */
public record KeyResolved(
    long version, long knownCommittedVersion, boolean resolved, KeySelector selector)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.KEY_RESOLVED;
  }
}
