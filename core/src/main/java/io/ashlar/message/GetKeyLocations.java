package io.ashlar.message;

import io.ashlar.core.KeyRange;

/**
 * Asks a commit proxy which storage servers hold the shards of a range. Answer: {@link
 * KeyLocations}.
 *
 * @param limit shards, positive
 * @param reverse the last shards of the range first
 */
public record GetKeyLocations(KeyRange range, int limit, boolean reverse) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_KEY_LOCATIONS;
  }
}
