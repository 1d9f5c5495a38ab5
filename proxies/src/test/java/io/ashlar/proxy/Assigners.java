package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.ShardMap;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Uid;
import java.util.List;

/** What admission asks, for a database of one shard on one storage server. */
final class Assigners {
  private Assigners() {}

  static TagAssigner ofOneShard() {
    KeyValue all = new KeyValue(ShardMap.keyFor(Bytes.EMPTY), ShardMap.encodeTeam(1));
    LogGeneration generation =
        new LogGeneration(1, 0, 0, 100, List.of(new LogMember(new Uid(1, 1), "a")), 1, 0);
    return new TagAssigner(
        new Metadata(List.of(all)), new PushPayload(new TagPlacement(generation), 1));
  }
}
