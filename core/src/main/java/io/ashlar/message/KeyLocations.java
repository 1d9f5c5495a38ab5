package io.ashlar.message;

import java.util.List;

/**
 * The answer to {@link GetKeyLocations}: neighbouring shards, the first (or in reverse the last) of
 * which holds the begin (or the last keys) of the range.
 */
public record KeyLocations(List<ShardLocation> shards) implements Message {
  public KeyLocations {
    shards = List.copyOf(shards);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.KEY_LOCATIONS;
  }
}
