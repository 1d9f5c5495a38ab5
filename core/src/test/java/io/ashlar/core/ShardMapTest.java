package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ShardMapTest {
  private static Bytes key(String text) {
    return Bytes.utf8(text);
  }

  private static ShardMap map() {
    ShardMap map = new ShardMap();
    map.load(new KeyValue(ShardMap.keyFor(key("")), ShardMap.encodeTeam(3, 1)));
    map.load(new KeyValue(ShardMap.keyFor(key("g")), ShardMap.encodeTeam(2)));
    map.load(new KeyValue(ShardMap.keyFor(key("p")), ShardMap.encodeTeam(1, 200)));
    return map;
  }

  @Test
  void aShardReachesToTheNext() {
    ShardMap map = map();
    assertThat(map.tagsFor(key(""))).containsExactly(1, 3);
    assertThat(map.tagsFor(key("fzzz"))).containsExactly(1, 3);
    assertThat(map.tagsFor(key("g"))).containsExactly(2);
    assertThat(map.tagsFor(key("p"))).containsExactly(1, 200);
    assertThat(map.tagsFor(Keys.CONF_PREFIX)).containsExactly(1, 200);
  }

  @Test
  void aRangeHasTheTagsOfAllShardsItTouches() {
    ShardMap map = map();
    assertThat(map.tagsFor(new KeyRange(key("a"), key("b")))).containsExactly(1, 3);
    assertThat(map.tagsFor(new KeyRange(key("a"), key("g")))).containsExactly(1, 3);
    assertThat(map.tagsFor(new KeyRange(key("a"), Keys.after(key("g"))))).containsExactly(1, 2, 3);
    assertThat(map.tagsFor(Keys.ALL)).containsExactly(1, 2, 3, 200);
    assertThat(map.tagsFor(new KeyRange(key("h"), key("h")))).isEmpty();
    assertThat(map.tagsFor(new KeyRange(key("z"), key("a")))).isEmpty();
  }

  @Test
  void shardsAreListedWholeBothWays() {
    ShardMap map = map();
    KeyRange range = new KeyRange(key("b"), key("h"));
    List<KeyRange> forward =
        map.shards(range, 10, false).stream().map(ShardMap.Shard::range).toList();
    List<KeyRange> backward =
        map.shards(range, 10, true).stream().map(ShardMap.Shard::range).toList();
    KeyRange first = new KeyRange(key(""), key("g"));
    KeyRange second = new KeyRange(key("g"), key("p"));
    assertThat(forward).containsExactly(first, second);
    assertThat(backward).containsExactly(second, first);
    assertThat(map.shards(range, 1, true).get(0).range()).isEqualTo(second);
    assertThat(map.shards(Keys.ALL, 10, false).get(2).range())
        .isEqualTo(new KeyRange(key("p"), Keys.SYSTEM_END));
    assertThat(map.shards(new KeyRange(key("a"), key("g")), 10, true)).hasSize(1);
    assertThat(map.shards(new KeyRange(key("a"), key("a")), 10, false)).isEmpty();
  }

  @Test
  void followsSetsAndClearsOfItsKeys() {
    ShardMap map = map();
    map.apply(Mutation.set(ShardMap.keyFor(key("k")), ShardMap.encodeTeam(9)));
    assertThat(map.tagsFor(key("m"))).containsExactly(9);
    map.apply(Mutation.set(key("k"), key("no metadata")));
    map.apply(Mutation.set(Keys.CONF_PREFIX, key("another row")));
    map.apply(Mutation.clearRange(ShardMap.keyFor(key("h")), ShardMap.keyFor(key("p"))));
    assertThat(map.tagsFor(key("m"))).containsExactly(2);
    assertThat(map.tagsFor(key("p"))).containsExactly(1, 200);
    map.apply(Mutation.clearRange(key("a"), key("z")));
    assertThat(map.shards(Keys.ALL, 10, false)).hasSize(3);
    map.apply(Mutation.clearRange(key("a"), Keys.SYSTEM_END));
    assertThat(map.isEmpty()).isTrue();
    assertThatThrownBy(() -> map.tagsFor(key("a"))).isInstanceOf(CheckFailedException.class);
  }

  @Test
  void aTeamOfAnotherEncodingIsRefused() {
    assertThatThrownBy(() -> ShardMap.Team.decode(Bytes.of(2, 1)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> ShardMap.Team.decode(Bytes.EMPTY))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> ShardMap.Team.decode(Bytes.of(1, 0x80)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void neighboursOfOneTeamAreJoinedBothWays() {
    ShardMap map = map();
    map.load(new KeyValue(ShardMap.keyFor(key("c")), ShardMap.encodeTeam(1, 3)));
    map.load(new KeyValue(ShardMap.keyFor(key("e")), ShardMap.encodeTeam(1, 3)));
    KeyRange all = new KeyRange(key("a"), key("h"));
    KeyRange first = new KeyRange(key(""), key("g"));
    KeyRange second = new KeyRange(key("g"), key("p"));
    assertThat(map.joinedShards(all, 10, false).stream().map(ShardMap.Shard::range))
        .containsExactly(first, second);
    assertThat(map.joinedShards(all, 10, true).stream().map(ShardMap.Shard::range))
        .containsExactly(second, first);
    assertThat(map.joinedShards(all, 1, false).stream().map(ShardMap.Shard::range))
        .containsExactly(first);
    // What lies outside of the range is not joined: nobody asked for it.
    assertThat(map.joinedShards(new KeyRange(key("c"), key("d")), 10, false).get(0).range())
        .isEqualTo(new KeyRange(key("c"), key("e")));
  }
}
