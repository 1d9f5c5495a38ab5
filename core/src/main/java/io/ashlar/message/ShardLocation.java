package io.ashlar.message;

import io.ashlar.core.KeyRange;
import java.util.List;

/** A shard and the tags of its team. */
public record ShardLocation(KeyRange range, List<Integer> tags) {
  public ShardLocation {
    tags = List.copyOf(tags);
  }
}
