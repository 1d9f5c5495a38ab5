package io.ashlar.message;

import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;

/**
 * Resolves a key selector within a shard at a version. Answer: {@link KeyResolved}.
 *
 * @param shard the keys to stay in
 */
public record GetKey(long version, KeySelector selector, KeyRange shard) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_KEY;
  }
}
